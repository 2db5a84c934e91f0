#pragma once

#include "engine/mechanisms/endpoint.h"
#include "engine/mechanisms/memory/shared_ring.h"

#include <memory>

namespace ipclab {

/// What both ends of a ring have in common: the memory, and where a message lies in it.
class RingEndpoint : public Endpoint {
protected:
    RingEndpoint(Invitation& invitation, const RingPlan& plan);

    RingHeader& header() const { return *m_region.as<RingHeader>(); }
    Length& length(std::uint64_t number) const { return m_lengths[number & m_mask]; }
    std::byte* slot(std::uint64_t number) const { return m_slots + (number & m_mask) * m_stride; }

    const MappedRegion m_region;
    const RingEndBells m_bells;
    const std::size_t m_stride;
    Length* const m_lengths;
    std::byte* const m_slots;
    const std::size_t m_largest;
    const std::uint64_t m_slotCount;
    const std::uint64_t m_mask;
};

/// Publishes every message as soon as it is committed.
class RingSender : public RingEndpoint {
public:
    /// Takes the invitation's descriptors.
    RingSender(Invitation& invitation, const RingPlan& plan);

    Reservation reserve(std::size_t size, Deadline deadline) override;
    Outcome commit(Deadline deadline) override;
    Received receive(Deadline deadline) override;

    int pollDescriptor() const override { return m_consumed.pollDescriptor(); }
    short sendEvent() const override { return POLLIN; }

protected:
    void publish() { m_published.publish(m_head); }
    bool isFullAsFarAsKnown() const { return m_head - m_knownTail == m_slotCount; }
    Reservation lend(std::size_t size);

    std::uint64_t m_head = 0; ///< messages committed

private:
    void keepLength(std::size_t size);
    Reservation lendAfterWaiting(std::size_t size, Deadline deadline);

    ProgressWriter m_published;
    ProgressWatcher m_consumed;
    std::uint64_t m_knownTail = 0; ///< messages consumed when we last looked
    bool m_keepsLengths = false;   ///< one has not had the largest length
    const std::uint64_t m_roomToWaitFor;
};

/// Publishes as many messages at once as the plan's batch has: the counter's line travels less often, and a
/// message waits for those behind it.
class BatchingRingSender : public RingSender {
public:
    BatchingRingSender(Invitation& invitation, const RingPlan& plan)
        : RingSender(invitation, plan), m_batch(plan.batch), m_publishedUpTo(m_head)
    {
    }

    Reservation reserve(std::size_t size, Deadline deadline) override;
    Outcome commit(Deadline deadline) override;
    void flush() override;

protected:
    bool isHoldingBack() const { return m_head != m_publishedUpTo; }

private:
    Reservation reserveAfterFlush(std::size_t size, Deadline deadline);

    const std::uint64_t m_batch;
    std::uint64_t m_publishedUpTo;
};

/// Releases every slot as soon as the next message is asked for.
class RingReceiver : public RingEndpoint {
public:
    RingReceiver(Invitation& invitation, const RingPlan& plan);

    Received receive(Deadline deadline) override;
    Reservation reserve(std::size_t size, Deadline deadline) override;
    Outcome commit(Deadline deadline) override;

    int pollDescriptor() const override { return m_published.pollDescriptor(); }

protected:
    Received next(Deadline deadline);
    void release() { m_consumed.publish(m_tail); }
    bool isEmptyAsFarAsKnown() const { return m_tail == m_knownHead; }

    std::uint64_t m_tail = 0; ///< messages consumed
    bool m_isHolding = false; ///< the caller still looks at the slot at m_tail

private:
    Received present();
    Received presentAfterLooking(Deadline deadline);
    void letSomeCome();

    ProgressWatcher m_published;
    ProgressWriter m_consumed;
    const bool m_spins;
    std::uint64_t m_waitedAt = 0;                    ///< messages consumed when there was none the last time
    std::uint64_t m_knownHead = 0;                   ///< messages published when we last looked
    std::uint64_t m_lengthsFrom = ~std::uint64_t{0}; ///< all messages before this one have the largest length
};

/// An end of the ring; batching where the plan says so.
std::unique_ptr<Endpoint> joinRing(ChannelEnd end, Invitation invitation, const RingPlan& plan);

} // namespace ipclab
