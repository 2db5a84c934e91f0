// A ring of slots in shared memory (memfd_create(2), mmap(2)) for one sender and one receiver, without a
// lock. Both processes map the same pages, so a message is written straight into its slot and read there: the
// kernel copies nothing and is not asked. Two counters say what is in the ring: `head`, how many messages
// were published, written by the sender only, and `tail`, how many were consumed, written by the receiver
// only. Publishing is a store with release order, looking is a load with acquire order. What costs time is
// the cache line that travels from core to core, so the counters lie on lines of their own and each side
// keeps a copy of the other's counter, looking again only when the copy says "full" or "empty". A side that
// has to wait spins, or sleeps in futex(2) after saying so, and the other side makes a system call only if
// somebody sleeps. The kernel knows nothing of the ring: it tells nobody when the peer dies.

#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory/region_channel.h"
#include "engine/mechanisms/memory/ring_endpoint.h"

namespace ipclab {

namespace {

RingPlan planFor(const Options& options, std::size_t largestMessage, Wait wait)
{
    const RingGeometry geometry = ringGeometry(options.count("slots"), largestMessage);
    return {.geometry = geometry,
            .memory = regionRequest(options, geometry.bytes()),
            .largestMessage = largestMessage,
            .waking = wakingFor(options, wait),
            .batch = options.count("batch")};
}

std::vector<EffectiveSetting> settingsOf(const ChannelRequest& request, const RingPlan& plan)
{
    std::vector<EffectiveSetting> settings = regionSettings(request.options);
    const std::string batch = std::to_string(plan.batch);
    settings.insert(settings.begin(), {slotsSetting(request.options.count("slots"), plan.geometry),
                                       {"batch", "Batch", batch, batch},
                                       wakeSetting(request.options, request.wait)});
    return settings;
}

OptionSpec batchOption()
{
    return {.id = "batch",
            .label = "Batch",
            .help = "Messages that are published at once, and slots that are given back at once. The "
                    "counters' cache lines travel less often, and a message waits for those behind it, but "
                    "never once the sender waits, paces or ends.",
            .kind = OptionKind::Count,
            .initial = "1",
            .least = 1,
            .most = 4096};
}

class RingMechanism final : public Mechanism {
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
        return ringLimit(options.count("slots"), regionBudget(options));
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        const RingPlan plan = planFor(request.options, request.largestMessage, request.wait);
        return std::make_unique<RegionChannel>(SharedRegion("ipclab-ring", plan.memory, request.journal),
                                               plan.waking, plan.geometry.slots, settingsOf(request, plan));
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        return joinRing(seat.end, std::move(invitation),
                        planFor(request.options, request.largestMessage, request.wait));
    }

private:
    const MechanismInfo m_info{
        .id = "shm_ring",
        .title = "Shared-memory ring",
        .summary = "Slots in memory that two processes map, without a lock: the kernel neither copies nor "
                   "synchronises.",
        .traits = {.family = Family::SharedMemory,
                   .peerExit = PeerExit::Unnoticed,
                   .namedBy = {NamedBy::Inherited, NamedBy::PosixName, NamedBy::Key, NamedBy::Path},
                   .waits = {Wait::Spin, Wait::Block, Wait::Hybrid, Wait::Poll},
                   .copiesPerMessage = 0,
                   .canRejoin = true},
        .options = {slotsOption(), batchOption(), wakeOption(), memoryOption(), hugePagesOption()},
        .manPages = {"shm_overview(7)", "memfd_create(2)", "shmget(2)", "mmap(2)", "futex(2)", "eventfd(2)"},
    };
};

} // namespace

const Mechanism& shm_ringMechanism()
{
    static const RingMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
