#include "engine/run/supervisor.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/catalog.h"
#include "engine/run/run_summary.h"

#include <fmt/format.h>

#include <csignal>

namespace ipclab {

namespace {

constexpr Nanoseconds patienceForLeaving = std::chrono::seconds(1);
constexpr std::size_t pointsBeforeCoarser = 4'096; ///< more than two minutes, at thirty a second

} // namespace

Supervisor::Supervisor(Experiment experiment, RunSettings settings) : m_settings(std::move(settings))
{
    m_result.experiment = std::move(experiment);
    m_interval = m_settings.sampleEvery.value_or(m_result.experiment.measure.interval);
    if (m_settings.workerProgram.empty())
        m_settings.workerProgram = programDirectory() + "/ipclab-worker";
    m_watch.add(m_bell.descriptor(), BellKey);
    m_watch.add(m_sampling.descriptor(), SamplingKey);
    m_watch.add(m_deadline.descriptor(), DeadlineKey);
    m_watch.add(m_nudging.descriptor(), NudgingKey);
    m_watch.add(m_locking.descriptor(), LockingKey);
    m_watch.add(m_following.descriptor(), FollowingKey);
    m_watch.add(m_restarting.descriptor(), RestartKey);
}

Supervisor::~Supervisor()
{
    releaseEverything();
}

std::vector<RunEvent> Supervisor::dispatch()
{
    try {
        m_watch.handleReady([this](std::uint64_t key) { handle(key); });
        if (m_stage == Stage::Starting)
            beginWhenAllHaveJoined();
        leaveWhenOnlyTheClosedAreLeft();
        if (m_stage > Stage::Starting && m_stage < Stage::Over)
            finishWhenAllHaveEnded();
    } catch (const FailureError& error) {
        fail(error.failure());
    } catch (const std::system_error& error) {
        fail(explain(error, "supervise the run"));
    }
    return std::exchange(m_events, {});
}

void Supervisor::handle(std::uint64_t key)
{
    if (m_stage == Stage::Over)
        return m_bell.acknowledge();
    switch (key) {
    case BellKey:
        return m_bell.acknowledge();
    case SamplingKey:
        return takeSample();
    case DeadlineKey:
        return deadlinePassed();
    case NudgingKey:
        return nudge();
    case LockingKey:
        return lockingIsDue();
    case FollowingKey:
        return startTheLate();
    case RestartKey:
        return restartTheDead();
    case FaultKey:
        return stepFaults();
    case DeadlockKey:
        return lookForDeadlock();
    case SaturationKey:
        return steer();
    default:
        return handleWorker(static_cast<std::size_t>(key - FirstWorkerKey));
    }
}

void Supervisor::deadlinePassed()
{
    m_deadline.acknowledge();
    switch (m_stage) {
    case Stage::Starting:
        return fail(lateWorker(timeToJoin()));
    case Stage::Loaded:
        return drain(patienceForDraining);
    case Stage::Draining:
        return leave();
    case Stage::Leaving:
        return killTheHung();
    case Stage::Emptying:
    case Stage::Idle:
    case Stage::Over:
        return;
    }
}

void Supervisor::takeSample()
{
    m_sampling.acknowledge();
    for (SeriesPoint& point : m_sampler->sample(m_workers, m_startAt)) {
        if (!point.warmUp && (m_result.series.empty() || m_result.series.back().warmUp))
            logAt(m_result.experiment.warmUp,
                  {.kind = EventKind::Measuring, .text = "the measured window begins"});
        SampleTaken sample{.point = point, .workers = {}};
        for (const std::unique_ptr<WorkerProcess>& worker : m_workers) {
            sample.workers.push_back(worker->status());
            if (isSink(worker->plan().task) && !m_result.classes.empty())
                sample.deliveries = worker->deliveries();
        }
        if (m_result.experiment.measure.integrity != Integrity::Off)
            sample.integrity = integritySoFar(m_workers);
        if (canRace())
            sample.locking = m_channels.front()->locking();
        m_events.emplace_back(std::move(sample));
        m_result.series.push_back(std::move(point));
    }
    if (m_result.series.size() % pointsBeforeCoarser == 0) {
        m_interval *= 2; // keeps the memory of very long runs bounded
        m_sampling.setEvery(now() + m_interval, m_interval);
    }
}

void Supervisor::nudge()
{
    m_nudging.acknowledge();
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers)
        worker->process().signal(SIGUSR1);
}

void Supervisor::lockingIsDue()
{
    m_locking.acknowledge();
    setLocking(Locking::On);
}

void Supervisor::setLocking(Locking locking)
{
    if ((!isUnderLoad() && m_stage != Stage::Draining) || !canRace() ||
        m_channels.front()->locking() == locking)
        return;
    for (const std::unique_ptr<Channel>& channel : m_channels)
        channel->setLocking(locking);
    log(EventKind::Switched, {},
        locking == Locking::On ? "the lock was switched on" : "the lock was switched off");
}

bool Supervisor::canRace() const
{
    return findMechanism(m_result.experiment.mechanism)->info().traits.canRace;
}

void Supervisor::stepFaults()
{
    logAll(m_faults->step());
    tellWhenKnown();
}

void Supervisor::lookForDeadlock()
{
    const std::optional<WaitGraph> graph = m_deadlocks->look();
    if (!graph || !isUnderLoad())
        return;
    log(EventKind::Deadlock, {}, "Deadlock: " + graph->sentence());
    m_result.deadlocks.push_back({*graph, elapsed()});
    m_events.emplace_back(DeadlockFound{*graph, elapsed()});
    if (!endsByTime())
        drain(patienceForDraining); // it would not end by count
}

void Supervisor::steer()
{
    logAll(m_saturator->step());
    if (m_saturator->isOver() && m_stage == Stage::Loaded)
        endWindow();
}

void Supervisor::inject(Fault fault)
{
    m_bell.ring(); // dispatch() has something to tell
    if (isUnderLoad()) {
        m_faults->add(std::move(fault));
        return stepFaults();
    }
    if (m_stage != Stage::Over)
        log(EventKind::Warning, {},
            fmt::format("The fault \"{}\" could not be done: the workers are not under load.",
                        toText(fault)));
}

/// One who has closed its ends by order waits for the others' end, which is come.
void Supervisor::leaveWhenOnlyTheClosedAreLeft()
{
    if (!isUnderLoad() || !m_faults->hasClosedEnds())
        return;
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers)
        if (!worker->hasEnded() && worker->phase() != WorkerPhase::Closed)
            return;
    m_outcome = RunOutcome::WorkerLost;
    leave();
}

void Supervisor::drain(Nanoseconds patience)
{
    if (m_stage == Stage::Draining || m_stage == Stage::Leaving)
        return;
    logAll(m_faults->undoAll());
    m_stage = Stage::Draining;
    giveUpRestarts();
    m_deadline.setFor(now() + patience);
    for (const std::size_t index : std::exchange(m_untold, {}))
        tellOfLoss(index);
}

void Supervisor::stop()
{
    if (m_stage == Stage::Idle || m_stage == Stage::Over)
        return;
    if (m_stage == Stage::Draining || m_stage == Stage::Leaving)
        return leave();
    m_outcome = RunOutcome::Stopped;
    log(EventKind::Stopped, {}, "stopped by the user");
    if (m_stage == Stage::Starting)
        return leave();
    endWindow();
}

/// Before its time.
void Supervisor::endWindow()
{
    control().stop.store(static_cast<std::uint32_t>(StopRequest::EndWindow), std::memory_order_release);
    m_nudging.setEvery(now(), nudgeEvery);
    nudge();
    drain(patienceForDraining);
}

void Supervisor::leave()
{
    if (m_faults)
        logAll(m_faults->undoAll());
    m_stage = Stage::Leaving;
    m_isCutShort = true;
    giveUpRestarts();
    control().stop.store(static_cast<std::uint32_t>(StopRequest::LeaveNow), std::memory_order_release);
    m_nudging.setEvery(now(), nudgeEvery);
    nudge();
    m_deadline.setFor(now() + patienceForLeaving);
}

void Supervisor::killTheHung()
{
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers) {
        if (worker->hasEnded() || !worker->hasStarted())
            continue;
        log(EventKind::Warning, worker->plan().role,
            "did not leave within 1 s of being told to, and was killed");
        worker->killAsHung();
    }
}

void Supervisor::finishWhenAllHaveEnded()
{
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers) {
        if (worker->isToBeStartedAnew())
            return;
        if (!worker->hasEnded() && (worker->hasStarted() || m_stage != Stage::Leaving))
            return;
    }
    finish();
}

void Supervisor::finish()
{
    Nanoseconds begin = m_startAt + m_result.experiment.warmUp;
    if (m_sampler)
        takeSample();
    if (!m_sampler) {
        flushEarlyEvents(now());
        begin = now();
    }
    for (const std::unique_ptr<Channel>& channel : m_channels)
        for (std::string& remark : channel->remarks())
            log(EventKind::Warning, {}, std::move(remark));
    if (m_faults) {
        logAll(m_faults->lastWords());
        m_result.faults = m_faults->records();
    }
    if (m_saturator) {
        m_result.saturation = m_saturator->found();
        log(EventKind::Outcome, {}, m_result.saturation->sentence());
    }
    log(EventKind::Finished, {},
        m_outcome == RunOutcome::WorkerLost ? "the run ended, for a worker was lost"
                                            : fmt::format("the run {}", word(m_outcome)));
    summarise(m_result, {.workers = m_workers,
                         .windowBegin = begin,
                         .outcome = m_outcome,
                         .takenByRivals = takenByRivals(),
                         .isCutShort = m_isCutShort});
    m_stage = Stage::Over;
    releaseEverything();
    m_events.emplace_back(RunFinished{m_result});
}

std::uint64_t Supervisor::takenByRivals()
{
    std::uint64_t taken = 0;
    for (unsigned stream = 0; m_plan.rivals > 1 && stream < m_plan.streams; ++stream) {
        const StreamNotes& notes = control().notesOf(stream);
        const std::uint64_t first = notes.firstMeasuredPlusOne.load(std::memory_order_acquire);
        const std::uint64_t upTo = notes.takenUpTo.load(std::memory_order_acquire);
        if (first > 0 && upTo >= first)
            taken += upTo - (first - 1);
    }
    return taken;
}

void Supervisor::fail(Failure failure)
{
    if (m_stage == Stage::Over)
        return;
    m_stage = Stage::Over;
    releaseEverything();
    flushEarlyEvents(now());
    log(EventKind::Error, {}, failure.sentence());
    m_result.summary.outcome = RunOutcome::Failed;
    m_bell.ring();
    m_events.emplace_back(RunFailed{std::move(failure), m_result});
}

void Supervisor::releaseEverything()
{
    m_sampling.silence();
    m_deadline.silence();
    m_nudging.silence();
    m_locking.silence();
    m_following.silence();
    m_restarting.silence();
    m_sampler.reset();
    m_saturator.reset();
    m_faults.reset();
    m_deadlocks.reset();
    m_workers.clear();
    m_channels.clear();
    m_journal.reset();
    m_reaper.reset();
}

void Supervisor::logAll(const std::vector<LoggedEvent>& events)
{
    for (const LoggedEvent& event : events)
        log(event.kind, event.worker, event.text);
}

void Supervisor::log(EventKind kind, const std::string& worker, std::string text)
{
    LoggedEvent event{.at = Nanoseconds::zero(), .kind = kind, .worker = worker, .text = std::move(text)};
    if (m_startAt == Nanoseconds::zero() && m_stage != Stage::Over) {
        m_earlyEvents.push_back({now(), std::move(event)});
        return;
    }
    logAt(m_startAt == Nanoseconds::zero() ? Nanoseconds::zero() : now() - m_startAt, std::move(event));
}

void Supervisor::logAt(Nanoseconds at, LoggedEvent event)
{
    event.at = at;
    m_result.events.push_back(event);
    m_events.emplace_back(Happened{std::move(event)});
}

void Supervisor::flushEarlyEvents(Nanoseconds origin)
{
    for (EarlyEvent& early : std::exchange(m_earlyEvents, {}))
        logAt(early.moment - origin, std::move(early.event));
}

} // namespace ipclab
