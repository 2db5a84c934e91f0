#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/catalog.h"
#include "engine/run/supervisor.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

// What becomes of a run when a worker ends: as planned, or not, and then perhaps another one takes its place.

namespace ipclab {

namespace {

constexpr Nanoseconds deadlineForComingBack = std::chrono::seconds(10);

Nanoseconds pauseBefore(unsigned restarts, const Restart& restart)
{
    constexpr Nanoseconds longest = std::chrono::hours(1);
    Nanoseconds pause = restart.pause;
    for (unsigned time = 0; time < restarts && pause < longest; ++time)
        pause *= static_cast<Nanoseconds::rep>(restart.factor);
    return std::min(pause, longest);
}

} // namespace

void Supervisor::handleWorker(std::size_t index)
{
    WorkerProcess& worker = *m_workers[index];
    worker.readStandardError();
    if (!worker.noticeEnd())
        return;
    m_watch.remove(worker.process().pidDescriptor());
    m_watch.remove(worker.process().errorDescriptor());
    if (!worker.hasFinished())
        return workerLost(index);
    log(EventKind::Exited, worker.plan().role, "finished and exited");
    startTheHeldBack();
    if (!isPair() || m_result.experiment.reads == ReadOrder::AfterSender || mayRestart())
        noteGone(index);
    if (std::ranges::any_of(m_workers, [](const auto& each) { return each->restarts() > 0; }))
        m_nudging.setEvery(now(), nudgeEvery); // the one before it may have taken the farewell with it
    if (!endsByTime() && m_stage == Stage::Loaded && haveAllSourcesEnded())
        m_stage = Stage::Emptying;
}

bool Supervisor::haveAllSourcesEnded() const
{
    return std::ranges::all_of(
        m_workers, [](const auto& worker) { return !isSource(worker->plan().task) || worker->hasEnded(); });
}

void Supervisor::noteGone(std::size_t index)
{
    control().goneWorkers.fetch_or(std::uint64_t{1} << index, std::memory_order_release);
}

void Supervisor::workerLost(std::size_t index)
{
    const WorkerProcess& worker = *m_workers[index];
    const std::string reason = worker.phase() == WorkerPhase::Failed ? ". " + worker.failure() : "";
    log(worker.wasKilled() ? EventKind::Killed : EventKind::Error, worker.plan().role,
        worker.exitText() + reason);
    if (m_stage == Stage::Starting) {
        std::string said = reason.empty() ? worker.standardError() : worker.failure();
        said.erase(said.find_last_not_of(" .\n") + 1); // the sentence ends by itself
        return fail(
            {.tried = fmt::format("start the {}", worker.plan().role),
             .reason = fmt::format("the worker {} before it had joined. {}", worker.exitText(), said)});
    }
    startTheHeldBack();
    if (m_stage == Stage::Leaving && m_isCutShort)
        return; // told to leave, or killed because it did not
    if (isUnderLoad() && restartLater(index))
        return;
    m_outcome = RunOutcome::WorkerLost;
    if (isUnderLoad() && m_faults->keepsQuietAbout(index))
        return m_untold.push_back(index);
    tellOfLoss(index);
}

/// The ends that the supervisor keeps for a successor hide from the others that somebody has gone.
PeerExit Supervisor::exitNotice() const
{
    return mayRestart() ? PeerExit::Unnoticed
                        : findMechanism(m_result.experiment.mechanism)->info().traits.peerExit;
}

void Supervisor::tellOfLoss(std::size_t index)
{
    const bool isNoticed = exitNotice() == PeerExit::Noticed;
    if (!isPair()) // whom it leaves behind may well have others to talk to: the window ends for all
        control().stop.store(static_cast<std::uint32_t>(StopRequest::EndWindow), std::memory_order_release);
    if (!isPair() || !isNoticed) {
        noteGone(index);
        m_nudging.setEvery(now(), nudgeEvery);
        nudge();
    }
    if (!endsByTime() || !m_faults->hasLeaks())
        drain(patienceForDraining); // else that somebody waits for ever is what there is to see until the
                                    // run's end
}

/// Once it is known what has become of the lock in which they died.
void Supervisor::tellWhenKnown()
{
    for (const std::size_t index : std::exchange(m_untold, {})) {
        if (m_faults->keepsQuietAbout(index))
            m_untold.push_back(index);
        else
            tellOfLoss(index);
    }
}

/// The one who has not joined in time, with what it has said about it.
Failure Supervisor::lateWorker(Nanoseconds deadline) const
{
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers) {
        if (worker->phase() != WorkerPhase::Starting)
            continue;
        worker->readStandardError();
        const std::string said =
            worker->standardError().empty() ? "nothing" : "\"" + worker->standardError() + '"';
        const std::string state = worker->kernelState() == 'T' ? "; it is stopped (state T)" : "";
        return {.tried = fmt::format("start the {}", worker->plan().role),
                .reason = fmt::format(
                    "process {} did not join its channel within {}{}. It said {} on standard error",
                    worker->process().pid(), formatDuration(deadline), state, said),
                .hint = "Try again when the machine is less busy"};
    }
    return {.tried = "start the workers", .reason = "they did not join within " + formatDuration(deadline)};
}

/// False if it is not to be, which is logged where a restart was asked for.
bool Supervisor::restartLater(std::size_t index)
{
    const Restart& restart = m_result.experiment.restart;
    if (!mayRestart())
        return false;
    std::erase_if(m_restarts, [&](const PendingRestart& each) { return each.worker == index; });
    WorkerProcess& worker = *m_workers[index];
    if (const std::string reason = whyNotRestarted(worker); !reason.empty()) {
        log(EventKind::Warning, worker.plan().role, "is not started anew: " + reason);
        return false;
    }
    const Nanoseconds pause = pauseBefore(worker.restarts(), restart);
    m_restarts.push_back({index, worker.endedAt() + pause});
    worker.setToBeStartedAnew(true);
    log(EventKind::Restarted, worker.plan().role,
        fmt::format("will be started anew {} after its end", formatDuration(pause)));
    setRestartTimer();
    return true;
}

/// Empty if nothing speaks against it.
std::string Supervisor::whyNotRestarted(const WorkerProcess& worker) const
{
    if (worker.restarts() >= m_result.experiment.restart.limit)
        return fmt::format("that was done {} times, as often as restart.limit allows", worker.restarts());
    for (const PlannedEnd& end : worker.plan().ends)
        if (const std::optional<LockState> lock = m_channels[end.channel]->lockState())
            if (lock->isOn && lock->inside == end.seat.end && lock->freedBy.empty())
                return fmt::format("it died inside the lock ({}), which nobody can give back; robust and "
                                   "sysv_semaphore_undo are freed",
                                   lock->title);
    return {};
}

void Supervisor::restartTheDead()
{
    m_restarting.acknowledge();
    for (PendingRestart& each : m_restarts) {
        WorkerProcess& worker = *m_workers[each.worker];
        if (each.moment > now())
            continue;
        if (worker.isToBeStartedAnew()) {
            startAnew(each.worker);
            each.moment = now() + deadlineForComingBack;
        } else if (!worker.hasEnded() && worker.phase() == WorkerPhase::Starting) {
            log(EventKind::Error, worker.plan().role, lateWorker(deadlineForComingBack).sentence());
            worker.process().signal(SIGKILL); // and its end is seen to as any other
            each.moment = Nanoseconds::max();
        }
    }
    std::erase_if(m_restarts, [this](const PendingRestart& each) {
        const WorkerProcess& worker = *m_workers[each.worker];
        return !worker.isToBeStartedAnew() && (worker.hasEnded() || worker.phase() != WorkerPhase::Starting);
    });
    setRestartTimer();
}

void Supervisor::startAnew(std::size_t index)
{
    WorkerOrders& orders = control().orders[index];
    orders.locks.store(LockOrder::None);
    orders.grip.store(LockGrip::None);
    orders.closeEnds.store(0);
    const Nanoseconds gap = now() - m_workers[index]->endedAt();
    startWorker(index);
    log(EventKind::Restarted, m_workers[index]->plan().role,
        fmt::format("took its place {:.1f} ms after its end: restart {} of {}",
                    std::chrono::duration<double, std::milli>(gap).count(), m_workers[index]->restarts(),
                    m_result.experiment.restart.limit));
}

/// No time is left for it: the others are told.
void Supervisor::giveUpRestarts()
{
    for (const PendingRestart& each : std::exchange(m_restarts, {})) {
        if (!m_workers[each.worker]->isToBeStartedAnew())
            continue;
        m_outcome = m_outcome == RunOutcome::Finished ? RunOutcome::WorkerLost : m_outcome;
        m_workers[each.worker]->setToBeStartedAnew(false);
        noteGone(each.worker);
        m_nudging.setEvery(now(), nudgeEvery);
    }
    m_restarting.silence();
}

void Supervisor::setRestartTimer()
{
    Nanoseconds next = Nanoseconds::max();
    for (const PendingRestart& each : m_restarts)
        next = std::min(next, each.moment);
    if (next == Nanoseconds::max())
        m_restarting.silence();
    else
        m_restarting.setFor(next);
}

} // namespace ipclab
