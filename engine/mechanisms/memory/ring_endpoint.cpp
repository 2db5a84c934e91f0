#include "engine/mechanisms/memory/ring_endpoint.h"

#include "engine/base/failure.h"
#include "engine/base/relax_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace ipclab {

namespace {

[[noreturn]] void throwCorruptLength(std::size_t length, std::size_t largest)
{
    throw FailureError(
        {"receive a message",
         0,
         fmt::format(
             "its length says {} B where at most {} B are possible: somebody else wrote into the ring",
             length, largest),
         {}});
}

} // namespace

RingEndpoint::RingEndpoint(Invitation& invitation, const RingPlan& plan)
    : m_region(invitation, plan.memory), m_bells(takeBells(invitation, plan.waking)),
      m_stride(plan.geometry.stride),
      m_lengths(reinterpret_cast<Length*>(m_region.data() + sizeof(RingHeader))),
      m_slots(m_region.data() + plan.geometry.offsetOfSlots()), m_largest(plan.largestMessage),
      m_slotCount(plan.geometry.slots), m_mask(plan.geometry.slots - 1)
{
}

RingSender::RingSender(Invitation& invitation, const RingPlan& plan)
    : RingEndpoint(invitation, plan), m_published(header().published, plan.waking, m_bells.arrival, m_counts),
      m_consumed(header().consumed, plan.waking, m_bells.room, m_counts),
      m_roomToWaitFor(roomToWaitFor(m_slotCount))
{
    m_head = header().published.count.load(); // not 0 for who takes the place of a sender that died
    m_keepsLengths = m_published.note() != 0; // likewise
    m_knownTail = m_consumed.count();
}

// Hot path: these run once per message. What seldom happens is kept out of them, so that they save no
// registers for it.

Reservation RingSender::reserve(std::size_t size, Deadline deadline)
{
    if (isFullAsFarAsKnown()) [[unlikely]]
        return lendAfterWaiting(size, deadline);
    return lend(size);
}

[[gnu::always_inline]] inline Reservation RingSender::lend(std::size_t size)
{
    if (size != m_largest || m_keepsLengths) [[unlikely]]
        keepLength(size);
    return {Outcome::Done, slot(m_head)};
}

void RingSender::keepLength(std::size_t size)
{
    if (!m_keepsLengths)
        m_published.note(m_head + 1);
    m_keepsLengths = true;
    length(m_head) = static_cast<Length>(size);
}

Outcome RingSender::commit(Deadline)
{
    ++m_head;
    publish();
    return Outcome::Done;
}

[[gnu::noinline]] Reservation RingSender::lendAfterWaiting(std::size_t size, Deadline deadline)
{
    if (const Outcome outcome = m_consumed.waitFor(m_knownTail + m_roomToWaitFor, deadline);
        outcome != Outcome::Done)
        return {outcome};
    m_knownTail = m_consumed.count();
    return lend(size);
}

Received RingSender::receive(Deadline)
{
    assert(!"a ring goes one way");
    return {Outcome::PeerClosed};
}

RingReceiver::RingReceiver(Invitation& invitation, const RingPlan& plan)
    : RingEndpoint(invitation, plan), m_published(header().published, plan.waking, m_bells.arrival, m_counts),
      m_consumed(header().consumed, plan.waking, m_bells.room, m_counts),
      m_spins(plan.waking == Waking::Nobody)
{
    m_tail = m_knownHead = header().consumed.count.load(); // likewise
}

// Hot path: these run once per message.

Received RingReceiver::receive(Deadline deadline)
{
    if (m_isHolding) {
        m_isHolding = false;
        ++m_tail;
        release();
    }
    return next(deadline);
}

[[gnu::always_inline]] inline Received RingReceiver::next(Deadline deadline)
{
    return isEmptyAsFarAsKnown() ? presentAfterLooking(deadline) : present();
}

[[gnu::always_inline]] inline Received RingReceiver::present()
{
    const std::size_t size = m_tail < m_lengthsFrom ? m_largest : length(m_tail);
    if (size > m_largest) [[unlikely]]
        throwCorruptLength(size, m_largest);
    m_isHolding = true;
    return {Outcome::Done, {slot(m_tail), size}};
}

/// In a stream every look takes the counter's line away from the sender, which then waits for it with its
/// next message. Where nobody sleeps, who has found several messages at once lets some more come together.
void RingReceiver::letSomeCome()
{
    // Some 2 µs, and in a short ring less than it takes to fill.
    const std::uint64_t pauses = std::min<std::uint64_t>(128, m_slotCount / 16);
    const bool isInStream = m_tail - m_waitedAt > 1;
    m_waitedAt = m_tail;
    for (std::uint64_t pause = 0; isInStream && pause < pauses; ++pause)
        relaxCore();
}

[[gnu::noinline]] Received RingReceiver::presentAfterLooking(Deadline deadline)
{
    if (m_spins && m_published.count() == m_knownHead)
        letSomeCome();
    if (const Outcome outcome = m_published.waitFor(m_knownHead + 1, deadline); outcome != Outcome::Done)
        return {outcome};
    m_knownHead = m_published.count();
    if (const std::uint64_t note = m_published.note(); note != 0) [[unlikely]]
        m_lengthsFrom = note - 1;
    return present();
}

Reservation RingReceiver::reserve(std::size_t, Deadline)
{
    assert(!"a ring goes one way");
    return {Outcome::PeerClosed};
}

Outcome RingReceiver::commit(Deadline)
{
    return Outcome::PeerClosed;
}

// Hot path: these two run once per message.

Reservation BatchingRingSender::reserve(std::size_t size, Deadline deadline)
{
    if (isFullAsFarAsKnown()) [[unlikely]]
        return reserveAfterFlush(size, deadline);
    return lend(size);
}

/// Who waits for room must not wait for what was held back.
[[gnu::noinline]] Reservation BatchingRingSender::reserveAfterFlush(std::size_t size, Deadline deadline)
{
    flush();
    return RingSender::reserve(size, deadline);
}

Outcome BatchingRingSender::commit(Deadline)
{
    if (++m_head - m_publishedUpTo >= m_batch)
        flush();
    return Outcome::Done;
}

void BatchingRingSender::flush()
{
    if (!isHoldingBack())
        return;
    publish();
    m_publishedUpTo = m_head;
}

namespace {

/// Releases so many slots at once.
class BatchingRingReceiver final : public RingReceiver {
public:
    BatchingRingReceiver(Invitation& invitation, const RingPlan& plan)
        : RingReceiver(invitation, plan), m_batch(plan.batch), m_releasedUpTo(m_tail)
    {
    }

    // Hot path: runs once per message.

    Received receive(Deadline deadline) override
    {
        if (m_isHolding) {
            m_isHolding = false;
            if (++m_tail - m_releasedUpTo >= m_batch)
                flush();
        }
        if (isEmptyAsFarAsKnown())
            flush();
        return next(deadline);
    }

    void flush() override
    {
        if (m_tail == m_releasedUpTo)
            return;
        release();
        m_releasedUpTo = m_tail;
    }

private:
    const std::uint64_t m_batch;
    std::uint64_t m_releasedUpTo;
};

} // namespace

std::unique_ptr<Endpoint> joinRing(ChannelEnd end, Invitation invitation, const RingPlan& plan)
{
    const bool isBatched = plan.batch > 1;
    if (end == ChannelEnd::Sender && isBatched)
        return std::make_unique<BatchingRingSender>(invitation, plan);
    if (end == ChannelEnd::Sender)
        return std::make_unique<RingSender>(invitation, plan);
    if (isBatched)
        return std::make_unique<BatchingRingReceiver>(invitation, plan);
    return std::make_unique<RingReceiver>(invitation, plan);
}

} // namespace ipclab
