// A pool of chunks in shared memory, as zero-copy middleware (iceoryx, DDS over shared memory) has it: a
// message never moves. The sender takes a free chunk (*loan*), writes into it where it lies and hands over
// nothing but its number and length (*publish*); the receiver reads it in place and gives the number back
// (*release*). Numbers travel through two small rings, one of filled chunks and one of free ones, so that
// handing over 4 MiB costs what handing over 64 B does, as long as nobody looks at the bytes. A ring of slots
// copies as little, but there a slot becomes free only in its turn; here whoever holds a chunk holds no other
// up. What a pool asks for is memory: a chunk has the size of the largest message, and a receiver that keeps
// too many starves the sender. Nobody reclaims the chunks of a process that was killed.

#include "engine/base/failure.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory/region_channel.h"
#include "engine/mechanisms/memory/shared_ring.h"

#include <fmt/format.h>

#include <bit>
#include <cassert>

namespace ipclab {

namespace {

constexpr std::uint64_t fewestChunks = 8;

/// What travels of a message.
struct Filled {
    std::uint32_t chunk;
    std::uint32_t size;
};
using Free = std::uint32_t;

/// At the start of the memory; behind it the ring of filled and that of free chunks, then the chunks.
struct PoolHeader {
    SharedProgress filled;   ///< published by the sender
    SharedProgress released; ///< given back by the receiver
};

/// Where things lie. Each ring has room for every chunk and is never full.
struct PoolGeometry {
    std::uint64_t chunks = 0; ///< a power of two
    std::size_t stride = 0;

    std::size_t offsetOfFilled() const { return sizeof(PoolHeader); }
    std::size_t offsetOfFree() const { return offsetOfFilled() + chunks * sizeof(Filled); }
    std::size_t offsetOfChunks() const
    {
        const std::size_t end = offsetOfFree() + chunks * sizeof(Free);
        return (end + lineSeparation - 1) / lineSeparation * lineSeparation;
    }
    std::size_t bytes() const { return offsetOfChunks() + chunks * stride; }
};

struct PoolPlan {
    PoolGeometry geometry;
    RegionRequest memory;
    std::size_t largestMessage = 0;
    Waking waking = Waking::Nobody;
};

PoolPlan planFor(const Options& options, std::size_t largestMessage, Wait wait)
{
    const RingGeometry ring = ringGeometry(options.count("chunks"), largestMessage);
    const PoolGeometry geometry{ring.slots, ring.stride};
    return {.geometry = geometry,
            .memory = regionRequest(options, geometry.bytes()),
            .largestMessage = largestMessage,
            .waking = wakingFor(options, wait)};
}

[[noreturn]] void throwCorrupt(std::uint64_t chunk, std::uint64_t size)
{
    throw FailureError(
        {"take a chunk of the pool",
         0,
         fmt::format("its number is {} and its length {} B: somebody else wrote into the pool", chunk, size),
         {}});
}

/// What both ends have in common.
class PoolEndpoint : public Endpoint {
protected:
    PoolEndpoint(Invitation& invitation, const PoolPlan& plan)
        : m_region(invitation, plan.memory), m_bells(takeBells(invitation, plan.waking)),
          m_filledEntries(reinterpret_cast<Filled*>(m_region.data() + plan.geometry.offsetOfFilled())),
          m_freeEntries(reinterpret_cast<Free*>(m_region.data() + plan.geometry.offsetOfFree())),
          m_chunks(m_region.data() + plan.geometry.offsetOfChunks()), m_stride(plan.geometry.stride),
          m_chunkCount(plan.geometry.chunks), m_mask(plan.geometry.chunks - 1), m_largest(plan.largestMessage)
    {
    }

    PoolHeader& header() const { return *m_region.as<PoolHeader>(); }
    Filled& filledEntry(std::uint64_t number) const { return m_filledEntries[number & m_mask]; }
    Free& freeEntry(std::uint64_t number) const { return m_freeEntries[number & m_mask]; }
    std::byte* chunk(std::uint64_t index) const { return m_chunks + index * m_stride; }

    const MappedRegion m_region;
    const RingEndBells m_bells;
    Filled* const m_filledEntries;
    Free* const m_freeEntries;
    std::byte* const m_chunks;
    const std::size_t m_stride;
    const std::uint64_t m_chunkCount;
    const std::uint64_t m_mask;
    const std::size_t m_largest;
};

class PoolSender final : public PoolEndpoint {
public:
    PoolSender(Invitation& invitation, const PoolPlan& plan)
        : PoolEndpoint(invitation, plan), m_filled(header().filled, plan.waking, m_bells.arrival, m_counts),
          m_released(header().released, plan.waking, m_bells.room, m_counts), m_knownFree(m_chunkCount)
    {
        // All chunks are free, as if each had been given back once. Nothing can come back before the first
        // message has gone.
        for (std::uint64_t index = 0; index < m_chunkCount; ++index)
            freeEntry(index) = static_cast<Free>(index);
    }

    int pollDescriptor() const override { return m_released.pollDescriptor(); }
    short sendEvent() const override { return POLLIN; }

    // Hot path: these two run once per message.

    Reservation reserve(std::size_t size, Deadline deadline) override
    {
        if (m_sent == m_knownFree) [[unlikely]] {
            if (const Outcome outcome = awaitFree(deadline); outcome != Outcome::Done)
                return {outcome};
        }
        const Free loaned = freeEntry(m_sent);
        if (loaned >= m_chunkCount) [[unlikely]]
            throwCorrupt(loaned, size);
        filledEntry(m_sent) = {loaned, static_cast<std::uint32_t>(size)};
        return {Outcome::Done, chunk(loaned)};
    }

    Outcome commit(Deadline) override
    {
        m_filled.publish(++m_sent);
        return Outcome::Done;
    }

    Received receive(Deadline) override
    {
        assert(!"a pool goes one way");
        return {Outcome::PeerClosed};
    }

private:
    Outcome awaitFree(Deadline deadline)
    {
        const std::uint64_t released = m_knownFree - m_chunkCount;
        const Outcome outcome = m_released.waitFor(released + roomToWaitFor(m_chunkCount), deadline);
        if (outcome == Outcome::Done)
            m_knownFree = m_released.count() + m_chunkCount;
        return outcome;
    }

    ProgressWriter m_filled;
    ProgressWatcher m_released;
    std::uint64_t m_sent = 0;      ///< messages, each of which loans the next of the free chunks
    std::uint64_t m_knownFree = 0; ///< free chunks there have been when we last looked
};

class PoolReceiver final : public PoolEndpoint {
public:
    PoolReceiver(Invitation& invitation, const PoolPlan& plan)
        : PoolEndpoint(invitation, plan), m_filled(header().filled, plan.waking, m_bells.arrival, m_counts),
          m_released(header().released, plan.waking, m_bells.room, m_counts)
    {
    }

    int pollDescriptor() const override { return m_filled.pollDescriptor(); }

    // Hot path: runs once per message.

    Received receive(Deadline deadline) override
    {
        if (m_isHolding) {
            m_isHolding = false;
            freeEntry(m_taken) = m_held;
            m_released.publish(++m_taken);
        }
        if (m_taken == m_knownFilled) {
            if (const Outcome outcome = m_filled.waitFor(m_taken + 1, deadline); outcome != Outcome::Done)
                return {outcome};
            m_knownFilled = m_filled.count();
        }
        const Filled taken = filledEntry(m_taken);
        if (taken.chunk >= m_chunkCount || taken.size > m_largest) [[unlikely]]
            throwCorrupt(taken.chunk, taken.size);
        m_held = taken.chunk;
        m_isHolding = true;
        return {Outcome::Done, {chunk(taken.chunk), taken.size}};
    }

    Reservation reserve(std::size_t, Deadline) override
    {
        assert(!"a pool goes one way");
        return {Outcome::PeerClosed};
    }

    Outcome commit(Deadline) override { return Outcome::PeerClosed; }

private:
    ProgressWatcher m_filled;
    ProgressWriter m_released;
    std::uint64_t m_taken = 0;
    std::uint64_t m_knownFilled = 0; ///< messages published when we last looked
    Free m_held = 0;
    bool m_isHolding = false; ///< the caller still looks at that chunk
};

std::vector<EffectiveSetting> settingsOf(const ChannelRequest& request, const PoolPlan& plan)
{
    const std::uint64_t asked = request.options.count("chunks");
    std::vector<EffectiveSetting> settings = regionSettings(request.options);
    settings.insert(settings.begin(), {{"chunks", "Chunks", asked == 0 ? "default" : std::to_string(asked),
                                        std::to_string(plan.geometry.chunks)},
                                       wakeSetting(request.options, request.wait)});
    return settings;
}

class PoolMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    std::vector<OptionProblem> problems(const Options& options) const override
    {
        return regionProblems(options);
    }

    std::optional<std::string> whyNotByName(const Options& options, Wait wait) const override
    {
        return whyRingHasNoName(options, wait);
    }

    MessageLimit limit(const Options& options) const override
    {
        const std::uint64_t asked = options.count("chunks");
        const std::uint64_t chunks = asked == 0 ? fewestChunks : std::bit_ceil(asked);
        return placesLimit({chunks, "chunks", PoolGeometry{chunks, 0}.bytes()}, regionBudget(options));
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        const PoolPlan plan = planFor(request.options, request.largestMessage, request.wait);
        return std::make_unique<RegionChannel>(SharedRegion("ipclab-pool", plan.memory, request.journal),
                                               plan.waking, plan.geometry.chunks, settingsOf(request, plan));
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        const PoolPlan plan = planFor(request.options, request.largestMessage, request.wait);
        if (seat.end == ChannelEnd::Sender)
            return std::make_unique<PoolSender>(invitation, plan);
        return std::make_unique<PoolReceiver>(invitation, plan);
    }

private:
    const MechanismInfo m_info{
        .id = "shm_pool",
        .title = "Shared-memory pool",
        .summary = "Messages stay where they were written; only the numbers of their chunks travel.",
        .traits = {.family = Family::SharedMemory,
                   .peerExit = PeerExit::Unnoticed,
                   .namedBy = {NamedBy::Inherited, NamedBy::PosixName, NamedBy::Key, NamedBy::Path},
                   .waits = {Wait::Spin, Wait::Block, Wait::Hybrid, Wait::Poll},
                   .copiesPerMessage = 0},
        .options = {{.id = "chunks",
                     .label = "Chunks",
                     .help = "Messages that may be under way or looked at together, rounded up to a power of "
                             "two; each takes the memory of the largest. By default 8 at least.",
                     .kind = OptionKind::Count,
                     .initial = "0",
                     .least = 0,
                     .most = 1 << 20,
                     .zero = "about 256 KiB"},
                    wakeOption(),
                    memoryOption(),
                    hugePagesOption()},
        .manPages = {"shm_overview(7)", "memfd_create(2)", "shmget(2)", "mmap(2)", "futex(2)", "eventfd(2)"},
    };
};

} // namespace

const Mechanism& shm_poolMechanism()
{
    static const PoolMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
