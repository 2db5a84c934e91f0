#include "engine/run/faults/lock_outcome.h"

#include "engine/measure/control_page.h"
#include "engine/run/faults/fault_look.h"
#include "engine/run/run_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace ipclab {

namespace {

/// Who has not got the lock by then will not.
constexpr Nanoseconds patienceForLock = std::chrono::seconds(2);

RaceCounts difference(const RaceCounts& later, const RaceCounts& earlier)
{
    return {.tornRecords = later.tornRecords - earlier.tornRecords,
            .lostUpdates = later.lostUpdates - earlier.lostUpdates,
            .staleReads = later.staleReads - earlier.staleReads};
}

std::string racesText(const RaceCounts& races)
{
    return fmt::format("{} torn records, {} lost updates and {} stale reads", races.tornRecords,
                       races.lostUpdates, races.staleReads);
}

/// By then it waits for the lock, or for what the other side can do inside only.
std::string_view outsideText(Window wait)
{
    return wait == Window::WaitingToSend ? "it can send nothing" : "it can receive nothing";
}

class LockLook final : public FaultLook {
public:
    using FaultLook::FaultLook;

    std::optional<FaultFinding> finding() const
    {
        switch (m_injection.fault.kind) {
        case FaultKind::HoldLock:
            return ofHoldLock();
        case FaultKind::KillInLock:
            return ofKillInLock();
        case FaultKind::LockBoth:
            return ofLockBoth();
        case FaultKind::RemoveLock:
            return ofRemoveLock();
        case FaultKind::RestoreLock:
            return ofRestoreLock();
        default:
            return std::nullopt;
        }
    }

private:
    std::optional<FaultFinding> ofHoldLock() const
    {
        if (grip() != LockGrip::One)
            return m_since < patienceForLock ? std::nullopt : std::optional(lockNotHad());
        const bool isShort = m_injection.fault.length > Nanoseconds::zero();
        const Nanoseconds needed = isShort ? std::min(longWait, m_injection.fault.length / 2) : longWait;
        for (const FaultPeer& peer : m_injection.peers)
            if (const std::optional<Window> wait = longWaitOf(peer, needed))
                return FaultFinding{
                    FaultOutcome::PeerBlocks,
                    fmt::format("The {} holds the lock ({}) and does nothing: the {} blocks, {}.", target(),
                                lock().title, role(peer), outsideText(*wait))};
        return afterWatching();
    }

    std::optional<FaultFinding> ofKillInLock() const
    {
        if (!worker(m_injection.target).hasEnded() && !hasSuccessor())
            return m_since < patienceForLock ? std::nullopt : std::optional(lockNotHad());
        if (!lock().freedBy.empty())
            return ofFreedLock();
        for (const FaultPeer& peer : m_injection.peers)
            if (const std::optional<Window> wait = longWaitOf(peer, longSilence))
                return FaultFinding{
                    FaultOutcome::PeerBlocksForEver,
                    fmt::format(
                        "The {} died inside the lock ({}), which nobody can give back: the {} blocks for "
                        "ever, {}.",
                        target(), lock().title, role(peer), outsideText(*wait))};
        return afterWatching();
    }

    std::optional<FaultFinding> ofFreedLock() const
    {
        const std::string freed =
            fmt::format("The {} died inside the lock ({}): {}", target(), lock().title, lock().freedBy);
        if (lock().takeovers > m_injection.takeovers)
            return FaultFinding{
                FaultOutcome::LockFreed,
                fmt::format("{}. {} found the count of messages wrong by {}, counted anew and went on.",
                            freed, theOthers(), std::abs(lock().miscount))};
        if (m_since < watchTime)
            return std::nullopt;
        return FaultFinding{FaultOutcome::LockFreed,
                            fmt::format("{}. Nobody had a reason to go inside since.", freed)};
    }

    std::optional<FaultFinding> ofLockBoth() const
    {
        if (grip() == LockGrip::HasGivenBack)
            return FaultFinding{FaultOutcome::PeerGoesOn,
                                fmt::format("The {} took both locks and gave both back.", target())};
        for (const FaultPeer& peer : m_injection.peers)
            if (grip() == LockGrip::AwaitsSecond && m_since > slowWatchTime &&
                gripOf(peer.index) == LockGrip::AwaitsSecond)
                return FaultFinding{
                    FaultOutcome::PeerBlocksForEver,
                    fmt::format(
                        "The {} holds the lock it sends under and waits for the one it receives under; "
                        "the {} holds that and waits for the first: taken in opposite orders, two locks "
                        "keep both out for ever.",
                        target(), role(peer))};
        return std::nullopt;
    }

    std::optional<FaultFinding> ofRemoveLock() const
    {
        const RaceCounts races = difference(racesSoFar(m_scene), m_injection.races);
        if (races.total() > 0 && m_since > slowWatchTime / 2)
            return FaultFinding{
                FaultOutcome::DataDamaged,
                fmt::format("Without the lock the processes changed the buffer at once: {} in "
                            "{:.0f} ms.",
                            racesText(races), milliseconds(m_since))};
        if (m_since < watchTime)
            return std::nullopt;
        return FaultFinding{
            FaultOutcome::PeerGoesOn,
            fmt::format("Nothing was damaged in {:.0f} ms without the lock: for that two processes must be "
                        "inside at the same moment.",
                        milliseconds(m_since))};
    }

    std::optional<FaultFinding> ofRestoreLock() const
    {
        if (!m_injection.settled || m_since < slowWatchTime)
            return std::nullopt;
        const RaceCounts races = difference(racesSoFar(m_scene), *m_injection.settled);
        if (races.total() > 0)
            return FaultFinding{FaultOutcome::DataDamaged,
                                fmt::format("Although the lock is back there were {}.", racesText(races))};
        return FaultFinding{FaultOutcome::Done, "Since everybody takes the lock again nothing was damaged."};
    }

    FaultFinding lockNotHad() const
    {
        return {FaultOutcome::Unseen, fmt::format("The {} did not get the lock within {:.0f} ms.", target(),
                                                  milliseconds(m_since))};
    }

    LockGrip gripOf(std::size_t index) const { return m_scene.control.orders[index].grip.load(); }
    LockGrip grip() const { return gripOf(m_injection.target); }
    LockState lock() const { return firstLockOf(m_injection.target, m_scene).value_or(LockState()); }
};

} // namespace

std::optional<FaultFinding> lockFindingOf(const Injection& injection, const FaultScene& scene)
{
    return LockLook(injection, scene).finding();
}

std::optional<LockState> firstLockOf(std::size_t worker, const FaultScene& scene)
{
    return scene.channels[sendingChannelOf(scene.workers[worker]->plan())]->lockState();
}

RaceCounts racesSoFar(const FaultScene& scene)
{
    RaceCounts races;
    for (const std::unique_ptr<WorkerProcess>& worker : scene.workers)
        addRaces(races, worker->counters());
    return races;
}

} // namespace ipclab
