// A file that both processes map (mmap(2), MAP_SHARED): a ring of records that lies in a file on disk. Its
// pages are the page cache's, so that writing and reading are as fast as in any shared memory, and no system
// call is made per message. What differs is that the memory has a path, outlives its processes and comes to
// the disk by itself: the kernel writes dirty pages back when it sees fit (half a minute by default). Who
// must know that a message is safe asks with msync(2), MS_SYNC, which waits for the device; MS_ASYNC does
// nothing on Linux. To be found right after a crash, records must be on disk before the counter that says
// that they are there; several records for one wait are a group commit, as databases do it. Everything must
// be allocated beforehand (posix_fallocate(3)): a hole that cannot be filled ends the writer with SIGBUS.

#include "engine/base/failure.h"
#include "engine/base/named_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory/region_channel.h"
#include "engine/mechanisms/memory/ring_endpoint.h"

#include <sys/mman.h>

namespace ipclab {

namespace {

constexpr const char* onDisk = "disk";

std::string directoryFor(const Options& options)
{
    return options.text("place") == onDisk ? std::string(diskDirectory) : std::string();
}

RingPlan planFor(const Options& options, std::size_t largestMessage, Wait wait)
{
    const RingGeometry geometry = ringGeometry(options.count("slots"), largestMessage);
    return {.geometry = geometry,
            .memory = fileRequest(directoryFor(options), geometry.bytes()),
            .largestMessage = largestMessage,
            .waking = wakingFor(options, wait),
            .batch = options.count("sync_every")};
}

/// Publishes only what is on disk, several messages for one wait.
class SyncingSender final : public BatchingRingSender {
public:
    using BatchingRingSender::BatchingRingSender;

    void flush() override
    {
        if (!isHoldingBack())
            return;
        sync(m_region.size());
        BatchingRingSender::flush();
        sync(sizeof(RingHeader));
    }

private:
    void sync(std::size_t bytes)
    {
        check(::msync(m_region.data(), bytes, MS_SYNC), "msync");
        ++m_counts.systemCalls;
    }
};

std::vector<EffectiveSetting> settingsOf(const ChannelRequest& request, const RingPlan& plan,
                                         const std::string& path)
{
    const std::string sync = std::to_string(plan.batch);
    return {slotsSetting(request.options.count("slots"), plan.geometry),
            {"sync_every", "Sync every", sync, sync},
            {"place", "Place", request.options.text("place"), path.substr(0, path.rfind('/'))},
            wakeSetting(request.options, request.wait)};
}

OptionSpec placeOption()
{
    return {.id = "place",
            .label = "Place",
            .help = "Where the file lies. On many systems the private directory is a file system in memory, "
                    "on which waiting for the disk costs nothing and saves nothing.",
            .kind = OptionKind::Choice,
            .initial = onDisk,
            .choices = {{onDisk, "Disk", "/var/tmp, which survives a restart"},
                        {"private", "Private directory", "this user's run-time directory"}}};
}

OptionSpec syncOption()
{
    return {.id = "sync_every",
            .label = "Sync every",
            .help =
                "Messages that the sender puts on the disk with one wait (msync) before the receiver sees "
                "them. 1 waits for each, more are a group commit.",
            .kind = OptionKind::Count,
            .initial = "0",
            .least = 0,
            .most = 1 << 20,
            .zero = "left to kernel"};
}

class FileMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    MessageLimit limit(const Options& options) const override
    {
        return ringLimit(options.count("slots"), fileBudget(directoryFor(options)));
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        const RingPlan plan = planFor(request.options, request.largestMessage, request.wait);
        SharedRegion file("ipclab-file", plan.memory, request.journal);
        std::vector<EffectiveSetting> settings = settingsOf(request, plan, file.name());
        return std::make_unique<RegionChannel>(std::move(file), plan.waking, plan.geometry.slots,
                                               std::move(settings));
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        RingPlan plan = planFor(request.options, request.largestMessage, request.wait);
        if (seat.end == ChannelEnd::Sender && plan.batch > 0)
            return std::make_unique<SyncingSender>(invitation, plan);
        plan.batch = 1;
        return joinRing(seat.end, std::move(invitation), plan);
    }

private:
    const MechanismInfo m_info{
        .id = "mapped_file",
        .title = "Memory-mapped file",
        .summary = "A ring of records in a file that two processes map: as fast as shared memory, and it "
                   "outlives them.",
        .traits = {.family = Family::SharedMemory,
                   .persistence = Persistence::File,
                   .peerExit = PeerExit::Unnoticed,
                   .namedBy = {NamedBy::Path},
                   .waits = {Wait::Spin, Wait::Block, Wait::Hybrid, Wait::Poll},
                   .copiesPerMessage = 0,
                   .canRejoin = true},
        .options = {slotsOption(), syncOption(), placeOption(), wakeOption()},
        .manPages = {"mmap(2)", "msync(2)", "posix_fallocate(3)", "futex(2)", "eventfd(2)"},
    };
};

} // namespace

const Mechanism& mapped_fileMechanism()
{
    static const FileMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
