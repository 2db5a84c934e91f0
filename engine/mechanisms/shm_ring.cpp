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

struct RingHeader {
    alignas(separation) Counter head;             ///< messages published, written by the sender
    alignas(separation) Counter tail;             ///< messages consumed, written by the receiver
    alignas(separation) FutexWord receiverSleeps; ///< 1: wake it
    alignas(separation) FutexWord senderSleeps;
};
static_assert(Counter::is_always_lock_free);

/// What stands in front of each message, and keeps it aligned to 8.
struct SlotHeader {
    std::uint32_t length = 0;
    std::uint32_t unused = 0;
};

/// Where the slots are; both ends compute the same from the same request.
struct Geometry {
    std::size_t slots = 0; ///< a power of two
    std::size_t stride = 0;

    std::size_t bytes() const { return sizeof(RingHeader) + slots * stride; }
};

constexpr std::size_t strideFor(std::size_t largestMessage)
{
    return (sizeof(SlotHeader) + largestMessage + slotAlignment - 1) / slotAlignment * slotAlignment;
}

constexpr std::size_t fewestSlots = 8;
constexpr std::size_t mostSlots = 4096;

/// 0 slots asked for: as many as make about 256 KiB, which stays in the processor's cache.
Geometry geometryFor(const Options& options, std::size_t largestMessage)
{
    constexpr std::size_t comfortable = 256 << 10;
    const std::size_t asked = options.count("slots");
    const std::size_t stride = strideFor(largestMessage);
    const std::size_t fitting = std::clamp(std::bit_floor(comfortable / stride), fewestSlots, mostSlots);
    return {asked == 0 ? fitting : std::bit_ceil(asked), stride};
}

[[noreturn]] void throwCorruptSlot(std::size_t length, std::size_t largest)
{
    throw FailureError(
        {"receive a message",
         0,
         fmt::format("its slot says {} B where at most {} B are possible: somebody else wrote into the ring",
                     length, largest),
         {}});
}

/// What both ends have in common.
class RingEndpoint : public Endpoint {
public:
    RingEndpoint(const UniqueFd& memory, const JoinRequest& request)
        : m_geometry(geometryFor(request.options, request.largestMessage)),
          m_mapping(memory.get(), m_geometry.bytes(), Access::ReadWrite),
          m_header(m_mapping.as<RingHeader>()), m_slots(m_mapping.data() + sizeof(RingHeader)),
          m_mask(m_geometry.slots - 1), m_peerMaySleep(request.wait != Wait::Spin)
    {
        m_mapping.faultIn();
    }

protected:
    SlotHeader* slot(std::uint64_t number) const
    {
        return reinterpret_cast<SlotHeader*>(m_slots + (number & m_mask) * m_geometry.stride);
    }

    static std::byte* payload(SlotHeader* slot) { return reinterpret_cast<std::byte*>(slot + 1); }

    /// Advances our counter. If everybody spins there is nobody to wake, and a plain store is enough; else
    /// the store must not pass the look at the sleeper's word, which is what sequential consistency costs.
    void publish(Counter& counter, std::uint64_t value, FutexWord& peerSleeps)
    {
        if (!m_peerMaySleep) {
            counter.store(value, std::memory_order_release);
            return;
        }
        counter.store(value, std::memory_order_seq_cst);
        if (peerSleeps.load(std::memory_order_seq_cst) != 0) [[unlikely]]
            wake(peerSleeps);
    }

    /// Waits until the peer's counter is no longer `stale`; `sleeps` is the word by which the peer knows that
    /// we sleep.
    Outcome waitForChange(const Counter& counter, std::uint64_t stale, FutexWord& sleeps, Deadline deadline)
    {
        while (counter.load(std::memory_order_acquire) == stale) {
            if (deadline.isImmediate())
                return Outcome::WouldBlock;
            const Outcome outcome =
                m_peerMaySleep ? sleepUnlessChanged(counter, stale, sleeps, deadline) : nap(deadline);
            ++m_counts.systemCalls;
            if (outcome != Outcome::Done)
                return outcome;
        }
        return Outcome::Done;
    }

    const Geometry m_geometry;
    const Mapping m_mapping;
    RingHeader* const m_header;
    std::byte* const m_slots;
    const std::uint64_t m_mask;
    const bool m_peerMaySleep;

private:
    static Outcome sleepUnlessChanged(const Counter& counter, std::uint64_t stale, FutexWord& sleeps,
                                      Deadline deadline)
    {
        sleeps.store(1, std::memory_order_seq_cst);
        const Outcome outcome =
            counter.load(std::memory_order_seq_cst) == stale ? futexWait(sleeps, 1, deadline) : Outcome::Done;
        sleeps.store(0, std::memory_order_relaxed);
        return outcome;
    }

    void wake(FutexWord& peerSleeps)
    {
        // Cleared first, so that one sleep is ended by one call however long the peer takes to wake up.
        peerSleeps.store(0, std::memory_order_relaxed);
        futexWake(peerSleeps);
        ++m_counts.systemCalls;
        ++m_counts.wakeUps;
    }
};

class RingSender final : public RingEndpoint {
public:
    using RingEndpoint::RingEndpoint;

    // Hot path: these two run once per message.

    Reservation reserve(std::size_t size, Deadline deadline) override
    {
        if (m_head - m_knownTail == m_geometry.slots) [[unlikely]] {
            const Outcome outcome =
                waitForChange(m_header->tail, m_knownTail, m_header->senderSleeps, deadline);
            if (outcome != Outcome::Done)
                return {outcome};
            m_knownTail = m_header->tail.load(std::memory_order_acquire);
        }
        SlotHeader* const place = slot(m_head);
        place->length = static_cast<std::uint32_t>(size);
        return {Outcome::Done, {payload(place), size}};
    }

    Outcome commit(Deadline) override
    {
        publish(m_header->head, ++m_head, m_header->receiverSleeps);
        return Outcome::Done;
    }

    Received receive(Deadline) override
    {
        assert(!"a ring goes one way");
        return {Outcome::PeerClosed};
    }

private:
    std::uint64_t m_head = 0;
    std::uint64_t m_knownTail = 0; ///< the ring has at least this much room
};

class RingReceiver final : public RingEndpoint {
public:
    RingReceiver(const UniqueFd& memory, const JoinRequest& request)
        : RingEndpoint(memory, request), m_largest(request.largestMessage)
    {
    }

    // Hot path: runs once per message.

    Received receive(Deadline deadline) override
    {
        if (m_isHolding) {
            m_isHolding = false;
            publish(m_header->tail, ++m_tail, m_header->senderSleeps);
        }
        if (m_tail == m_knownHead) {
            const Outcome outcome =
                waitForChange(m_header->head, m_knownHead, m_header->receiverSleeps, deadline);
            if (outcome != Outcome::Done)
                return {outcome};
            m_knownHead = m_header->head.load(std::memory_order_acquire);
        }
        SlotHeader* const place = slot(m_tail);
        const std::size_t length = place->length;
        if (length > m_largest) [[unlikely]]
            throwCorruptSlot(length, m_largest);
        m_isHolding = true;
        return {Outcome::Done, {payload(place), length}};
    }

    Reservation reserve(std::size_t, Deadline) override
    {
        assert(!"a ring goes one way");
        return {Outcome::PeerClosed};
    }

    Outcome commit(Deadline) override { return Outcome::PeerClosed; }

private:
    const std::size_t m_largest;
    std::uint64_t m_tail = 0;
    std::uint64_t m_knownHead = 0;
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
        return {{"memory file",
                 fmt::format("{}, {}", nameOfDescriptor(m_memory.get()), formatSize(m_geometry.bytes()))}};
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
        const std::size_t perSlot = (budget - sizeof(RingHeader)) / slots / slotAlignment * slotAlignment;
        return {perSlot > sizeof(SlotHeader) ? perSlot - sizeof(SlotHeader) : 0,
                fmt::format("{} slots must fit into {}", slots, describeMemoryBudget())};
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
