// A ring of slots in shared memory (memfd_create(2), mmap(2)) for one sender and one receiver, without a
// lock. Both processes map the same pages, so a message is written straight into its slot and read there: the
// kernel copies nothing and is not asked. Two counters say what is in the ring: `head`, how many messages
// were published, written by the sender only, and `tail`, how many were consumed, written by the receiver
// only. Publishing is a store with release order, looking is a load with acquire order. What costs time is
// the cache line that travels from core to core, so the counters lie on lines of their own and each side
// keeps a copy of the other's counter, looking again only when the copy says "full" or "empty". A side that
// has to wait spins, or sleeps in futex(2) after saying so, and the other side makes a system call only if
// somebody sleeps. The kernel knows nothing of the ring: it tells nobody when the peer dies.

#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/futex.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory_limit.h"
#include "engine/mechanisms/waiting.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>

namespace ipclab {

namespace {

/// Two lines: the processor fetches lines in pairs.
constexpr std::size_t separation = 128;
constexpr std::size_t slotAlignment = 64;

using Counter = std::atomic<std::uint64_t>;

/// A side that sleeps writes here at which value of the peer's counter it wants to be woken, and sleeps on
/// the low half.
using Alarm = std::atomic<std::uint64_t>;
constexpr std::uint64_t noAlarm = ~std::uint64_t{0};
static_assert(std::endian::native == std::endian::little);

struct RingHeader {
    alignas(separation) Counter head; ///< messages published, written by the sender
    Counter lengthsUpTo;              ///< from this message on all have the largest length; travels with head
    alignas(separation) Counter tail; ///< messages consumed, written by the receiver
    alignas(separation) Alarm receiverAlarm;
    alignas(separation) Alarm senderAlarm;
};
static_assert(Counter::is_always_lock_free);

using Length = std::uint32_t;

constexpr std::size_t roundUp(std::size_t value, std::size_t unit)
{
    return (value + unit - 1) / unit * unit;
}

/// Header, lengths, slots; both ends compute the same from the same request.
struct Geometry {
    std::size_t slots = 0; ///< a power of two
    std::size_t stride = 0;

    std::size_t offsetOfSlots() const
    {
        return sizeof(RingHeader) + roundUp(slots * sizeof(Length), separation);
    }
    std::size_t bytes() const { return offsetOfSlots() + slots * stride; }
};

constexpr std::size_t fewestSlots = 8;
constexpr std::size_t mostSlots = 4096;

/// 0 slots asked for: as many as make about 256 KiB, which stays in the processor's cache.
Geometry geometryFor(const Options& options, std::size_t largestMessage)
{
    constexpr std::size_t comfortable = 256 << 10;
    const std::size_t asked = options.count("slots");
    const std::size_t stride = roundUp(largestMessage, slotAlignment);
    const std::size_t fitting = std::clamp(std::bit_floor(comfortable / stride), fewestSlots, mostSlots);
    return {asked == 0 ? fitting : std::bit_ceil(asked), stride};
}

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

/// What both ends have in common.
class RingEndpoint : public Endpoint {
public:
    RingEndpoint(const UniqueFd& memory, const JoinRequest& request)
        : m_geometry(geometryFor(request.options, request.largestMessage)),
          m_mapping(memory.get(), m_geometry.bytes(), Access::ReadWrite),
          m_header(m_mapping.as<RingHeader>()),
          m_lengths(reinterpret_cast<Length*>(m_mapping.data() + sizeof(RingHeader))),
          m_slots(m_mapping.data() + m_geometry.offsetOfSlots()), m_largest(request.largestMessage),
          m_mask(m_geometry.slots - 1), m_somebodySleeps(request.wait != Wait::Spin)
    {
        m_mapping.faultIn();
    }

protected:
    Length& length(std::uint64_t number) const { return m_lengths[number & m_mask]; }
    std::byte* slot(std::uint64_t number) const { return m_slots + (number & m_mask) * m_geometry.stride; }

    /// Advances our counter. If everybody spins there is nobody to wake, and a plain store is enough; else
    /// the store must not pass the look at the alarm, which is what sequential consistency costs.
    void publish(Counter& counter, std::uint64_t value, Alarm& peerAlarm)
    {
        if (!m_somebodySleeps) {
            counter.store(value, std::memory_order_release);
            return;
        }
        counter.store(value, std::memory_order_seq_cst);
        if (value >= peerAlarm.load(std::memory_order_seq_cst)) [[unlikely]]
            wake(peerAlarm);
    }

    /// Waits until the peer's counter has come to `goal`.
    Outcome waitFor(const Counter& counter, std::uint64_t goal, Alarm& alarm, Deadline deadline)
    {
        while (counter.load(std::memory_order_acquire) < goal) {
            if (deadline.isImmediate())
                return Outcome::WouldBlock;
            const Outcome outcome =
                m_somebodySleeps ? sleepUntil(counter, goal, alarm, deadline) : nap(deadline);
            ++m_counts.systemCalls;
            if (outcome != Outcome::Done)
                return outcome;
        }
        return Outcome::Done;
    }

    const Geometry m_geometry;
    const Mapping m_mapping;
    RingHeader* const m_header;
    Length* const m_lengths;
    std::byte* const m_slots;
    const std::size_t m_largest;
    const std::uint64_t m_mask;
    const bool m_somebodySleeps;

private:
    static FutexWord& lowHalf(Alarm& alarm) { return reinterpret_cast<FutexWord&>(alarm); }

    static Outcome sleepUntil(const Counter& counter, std::uint64_t goal, Alarm& alarm, Deadline deadline)
    {
        alarm.store(goal, std::memory_order_seq_cst);
        Outcome outcome = Outcome::Done;
        if (counter.load(std::memory_order_seq_cst) < goal)
            outcome = futexWait(lowHalf(alarm), static_cast<std::uint32_t>(goal), deadline);
        alarm.store(noAlarm, std::memory_order_relaxed);
        return outcome;
    }

    void wake(Alarm& peerAlarm)
    {
        // Switched off first, so that one sleep is ended by one call however long the peer takes to wake up.
        peerAlarm.store(noAlarm, std::memory_order_relaxed);
        futexWake(lowHalf(peerAlarm));
        ++m_counts.systemCalls;
        ++m_counts.wakeUps;
    }
};

class RingSender final : public RingEndpoint {
public:
    RingSender(const UniqueFd& memory, const JoinRequest& request)
        : RingEndpoint(memory, request), m_roomToWaitFor(std::clamp<std::size_t>(m_geometry.slots / 4, 1, 32))
    {
        m_header->senderAlarm.store(noAlarm, std::memory_order_relaxed);
    }

    // Hot path: these two run once per message.

    Reservation reserve(std::size_t size, Deadline deadline) override
    {
        if (m_head - m_knownTail == m_geometry.slots) [[unlikely]] {
            const Outcome outcome =
                waitFor(m_header->tail, m_knownTail + m_roomToWaitFor, m_header->senderAlarm, deadline);
            if (outcome != Outcome::Done)
                return {outcome};
            m_knownTail = m_header->tail.load(std::memory_order_acquire);
        }
        length(m_head) = static_cast<Length>(size);
        if (size != m_largest)
            m_header->lengthsUpTo.store(m_head + 1, std::memory_order_relaxed);
        return {Outcome::Done, {slot(m_head), size}};
    }

    Outcome commit(Deadline) override
    {
        publish(m_header->head, ++m_head, m_header->receiverAlarm);
        return Outcome::Done;
    }

    Received receive(Deadline) override
    {
        assert(!"a ring goes one way");
        return {Outcome::PeerClosed};
    }

private:
    std::uint64_t m_head = 0;
    std::uint64_t m_knownTail = 0; ///< messages consumed when we last looked
    const std::uint64_t m_roomToWaitFor;
};

class RingReceiver final : public RingEndpoint {
public:
    RingReceiver(const UniqueFd& memory, const JoinRequest& request) : RingEndpoint(memory, request)
    {
        m_header->receiverAlarm.store(noAlarm, std::memory_order_relaxed);
    }

    // Hot path: runs once per message.

    Received receive(Deadline deadline) override
    {
        if (m_isHolding) {
            m_isHolding = false;
            publish(m_header->tail, ++m_tail, m_header->senderAlarm);
        }
        if (m_tail == m_knownHead) {
            const Outcome outcome =
                waitFor(m_header->head, m_knownHead + 1, m_header->receiverAlarm, deadline);
            if (outcome != Outcome::Done)
                return {outcome};
            m_knownHead = m_header->head.load(std::memory_order_acquire);
            m_lengthsUpTo = m_header->lengthsUpTo.load(std::memory_order_relaxed);
        }
        const std::size_t size = m_tail >= m_lengthsUpTo ? m_largest : length(m_tail);
        if (size > m_largest) [[unlikely]]
            throwCorruptLength(size, m_largest);
        m_isHolding = true;
        return {Outcome::Done, {slot(m_tail), size}};
    }

    Reservation reserve(std::size_t, Deadline) override
    {
        assert(!"a ring goes one way");
        return {Outcome::PeerClosed};
    }

    Outcome commit(Deadline) override { return Outcome::PeerClosed; }

private:
    std::uint64_t m_tail = 0;
    std::uint64_t m_knownHead = 0; ///< messages published when we last looked
    std::uint64_t m_lengthsUpTo = 0;
    bool m_isHolding = false; ///< the caller still looks at the slot at m_tail
};

class RingChannel final : public Channel {
public:
    explicit RingChannel(const ChannelRequest& request)
        : m_requested(request.options.count("slots")),
          m_geometry(geometryFor(request.options, request.largestMessage)),
          m_memory(createMemoryFile("ipclab-ring", m_geometry.bytes()))
    {
    }

    Invitation invite(Seat) override
    {
        Invitation invitation;
        invitation.descriptors.push_back(duplicate(m_memory));
        return invitation;
    }

    std::vector<EffectiveSetting> effective() const override
    {
        return {{"slots", "Slots", m_requested == 0 ? "default" : std::to_string(m_requested),
                 std::to_string(m_geometry.slots)}};
    }

    std::optional<Capacity> capacity() const override
    {
        return Capacity{m_geometry.slots, CapacityUnit::Messages, 0};
    }

    std::vector<KernelObject> objects() const override
    {
        const std::string name =
            fmt::format("{}, {}", nameOfDescriptor(m_memory.get()), formatSize(m_geometry.bytes()));
        return {objectOf("memory file", name, m_memory.get())};
    }

private:
    std::uint64_t m_requested;
    Geometry m_geometry;
    UniqueFd m_memory;
};

class RingMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    MessageLimit limit(const Options& options) const override
    {
        const std::size_t budget = memoryBudget();
        const std::size_t asked = options.count("slots");
        const std::size_t slots = asked == 0 ? fewestSlots : std::bit_ceil(asked);
        const std::size_t overhead = Geometry{slots, 0}.bytes();
        const std::size_t stride =
            budget > overhead ? (budget - overhead) / slots / slotAlignment * slotAlignment : 0;
        return {stride, fmt::format("{} slots must fit into {}", slots, describeMemoryBudget())};
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<RingChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        const UniqueFd& memory = invitation.descriptors.at(0);
        if (seat.end == ChannelEnd::Sender)
            return std::make_unique<RingSender>(memory, request);
        return std::make_unique<RingReceiver>(memory, request);
    }

private:
    const MechanismInfo m_info{
        .id = "shm_ring",
        .title = "Shared-memory ring",
        .summary = "Slots in memory that two processes map, without a lock: the kernel neither copies nor "
                   "synchronises.",
        .traits = {.family = Family::SharedMemory,
                   .peerExit = PeerExit::Unnoticed,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Spin, Wait::Block, Wait::Hybrid},
                   .copiesPerMessage = 0},
        .options = {{.id = "slots",
                     .label = "Slots",
                     .help = "Messages the ring holds before a sender has to wait, rounded up to a power of "
                             "two. 0 takes as many as "
                             "make about 256 KiB.",
                     .kind = OptionKind::Count,
                     .initial = "0",
                     .least = 0,
                     .most = 1 << 20}},
        .manPages = {"shm_overview(7)", "memfd_create(2)", "mmap(2)", "futex(2)"},
    };
};

} // namespace

const Mechanism& shm_ringMechanism()
{
    static const RingMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
