#include "engine/run/worker_process.h"

#include "engine/base/cores.h"
#include "engine/base/failure.h"
#include "engine/run/processes/process_facts.h"
#include "engine/run/processes/wait_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>

namespace ipclab {

namespace {

constexpr std::size_t standardErrorKept = 4096;

WaitCounts waitsOf(const CounterValues& counts)
{
    return {.timeOuts = counts[Counter::TimeOuts],
            .givenUp = counts[Counter::GivenUp],
            .backOffs = counts[Counter::BackOffs],
            .backOffTime = Nanoseconds(counts[Counter::BackOffNanoseconds])};
}

ImpairedCounts impairedOf(const CounterValues& counts)
{
    return {.dropped = counts[Counter::ImpairedDropped],
            .repeated = counts[Counter::ImpairedRepeated],
            .delayed = counts[Counter::ImpairedDelayed],
            .reordered = counts[Counter::ImpairedReordered]};
}

AcknowledgedCounts acknowledgedOf(const CounterValues& counts)
{
    return {.retransmitted = counts[Counter::Retransmitted],
            .timeOuts = counts[Counter::RetransmissionTimeOuts],
            .acknowledgements = counts[Counter::AcknowledgementsSent],
            .suppressed = counts[Counter::RepeatsSuppressed]};
}

ChannelWait channelWaitOf(Wait wait)
{
    return wait == Wait::Block || wait == Wait::Poll ? ChannelWait::Woken : ChannelWait::Asking;
}

} // namespace

WorkerProcess::WorkerProcess(PlannedWorker plan, std::size_t classes, const Experiment& experiment)
    : m_plan(std::move(plan)), m_telemetry(m_plan.role, classes), m_wait(channelWaitOf(experiment.wait)),
      m_splitter(m_wait)
{
    const MeasureSettings& measure = experiment.measure;
    if (measure.trace > 0)
        m_trace.emplace(m_plan.role, measure.trace, measure.traceKeep);
}

void WorkerProcess::start(const std::string& program, const Inheritance& inheritance)
{
    m_startedAt = now();
    launch(program, inheritance);
}

void WorkerProcess::startAnew(const std::string& program, const Inheritance& inheritance)
{
    m_usedBefore = timesAtDeath();
    m_telemetry.handOver(m_usedBefore);
    m_absent += now() - m_endedAt;
    m_report.reset();
    m_isHung = m_isStopped = m_isToBeStartedAnew = false;
    ++m_restarts;
    launch(program, inheritance);
}

void WorkerProcess::launch(const std::string& program, const Inheritance& inheritance)
{
    std::vector<int> descriptors{inheritance.plan, m_telemetry.descriptor(), inheritance.control,
                                 inheritance.bell};
    descriptors.insert(descriptors.end(), inheritance.channelDescriptors.begin(),
                       inheritance.channelDescriptors.end());
    if (m_trace)
        descriptors.push_back(m_trace->descriptor()); // the last: only a traced worker looks for it
    m_process = ChildProcess({.program = program,
                              .arguments = {"work", m_plan.role},
                              .descriptors = descriptors,
                              .session = inheritance.session,
                              .heldSignal = SIGUSR1});
}

bool WorkerProcess::noticeEnd()
{
    if (m_report || !hasStarted())
        return false;
    m_report = m_process.tryReap();
    if (!m_report)
        return false;
    m_endedAt = now();
    readStandardError();
    return true;
}

void WorkerProcess::readStandardError()
{
    m_standardError += m_process.takeErrors();
    if (m_standardError.size() > standardErrorKept)
        m_standardError.erase(0, m_standardError.size() - standardErrorKept);
}

WorkerProcess::KernelTimes WorkerProcess::kernelTimes() const
{
    KernelTimes times{m_lastReading.cpu, m_lastReading.readyWait};
    if (m_report || !hasStarted())
        return times;
    clockid_t clock{};
    timespec cpu{};
    if (::clock_getcpuclockid(m_process.pid(), &clock) == 0 && ::clock_gettime(clock, &cpu) == 0)
        times.cpu = m_usedBefore.cpu + std::chrono::seconds(cpu.tv_sec) + Nanoseconds(cpu.tv_nsec);
    long long running = 0;
    long long ready = 0;
    const std::string text = readSmallFile(fmt::format("/proc/{}/schedstat", m_process.pid()).c_str());
    if (std::sscanf(text.c_str(), "%lld %lld", &running, &ready) == 2)
        times.readyWait = m_usedBefore.readyWait + Nanoseconds(ready);
    return times;
}

const WorkerProcess::Observation& WorkerProcess::observe()
{
    const KernelTimes times = kernelTimes();
    Observation seen;
    seen.telemetry = m_telemetry.read();
    seen.window = m_telemetry.measuredWindow();
    const Nanoseconds at = m_report ? m_lastReading.at : now();
    const bool isStill = seen.telemetry.counters.values == m_last.telemetry.counters.values;
    const bool isStopped = isStill && kernelState() == 'T';
    if (!m_report && (isStopped || m_isStopped))
        noteStop(seen, at, times);
    m_isStopped = isStopped;
    if (seen.window.timesBegun && !m_last.window.timesBegun)
        m_stoppedAtBegin = m_stopped; // nobody begins it while stopped
    const LiveTimeSplitter::Reading reading{
        at, seen.telemetry.windows.until(at), times.cpu, times.readyWait, m_stopped, m_absent};
    if (!m_report && hasStarted()) {
        seen.split = m_splitter.next(reading);
        seen.cpu = reading.cpu - m_lastReading.cpu;
        m_lastReading = reading;
    }
    m_last = std::move(seen);
    return m_last;
}

/// It is or was stopped at an edge of the interval since the last observation: what it did not use of that,
/// it was stopped.
void WorkerProcess::noteStop(const Observation& seen, Nanoseconds at, const KernelTimes& times)
{
    const Nanoseconds used = times.cpu - m_lastReading.cpu +
                             std::max(Nanoseconds::zero(), times.readyWait - m_lastReading.readyWait);
    const Nanoseconds from = m_lastReading.at;
    if (from == Nanoseconds::zero())
        return;
    const Nanoseconds stopped = std::max(Nanoseconds::zero(), at - from - used);
    const Observation& then = m_isStopped ? m_last : seen;
    m_stopped[static_cast<std::size_t>(then.telemetry.windows.open)] += stopped;
    if (m_windowFrom != Nanoseconds::zero() && !m_last.window.timesBegun && at > m_windowFrom)
        m_beginMissed += std::min(stopped, at - m_windowFrom);
}

char WorkerProcess::kernelState() const
{
    if (m_report || !hasStarted())
        return 'Z';
    // "pid (name) state …", where the name may hold anything, brackets and blanks too.
    const std::string text = readSmallFile(fmt::format("/proc/{}/stat", m_process.pid()).c_str());
    const std::size_t bracket = text.rfind(')');
    return bracket != std::string::npos && bracket + 2 < text.size() ? text[bracket + 2] : 'Z';
}

std::string WorkerProcess::waitsIn() const
{
    if (m_report || !hasStarted())
        return {};
    std::string function = readSmallFile(fmt::format("/proc/{}/wchan", m_process.pid()).c_str());
    return function == "0" ? std::string() : function;
}

/// The system call is read only where the function alone does not tell.
std::string WorkerProcess::waitSentence(const std::string& function) const
{
    if (function.empty())
        return {};
    const std::string_view known = explainWait(function);
    return std::string(known.empty() ? explainWait(readWaitPlace(m_process.pid())) : known);
}

std::string WorkerProcess::phaseText() const
{
    if (!hasStarted())
        return "not started";
    if (m_isHung)
        return "hung";
    if (m_report && m_report->wasKilled)
        return "killed";
    if (m_isStopped)
        return "stopped";
    switch (m_last.telemetry.phase) {
    case WorkerPhase::Starting:
        return m_report ? "exited" : "starting";
    case WorkerPhase::Joined:
        return m_report ? "exited" : "joined";
    case WorkerPhase::WarmingUp:
        return m_report ? "exited" : "warming up";
    case WorkerPhase::Measuring:
        return m_last.window.ended ? "draining" : m_report ? "exited" : "measuring";
    case WorkerPhase::Closed:
        return m_report ? "exited" : "closed its end";
    case WorkerPhase::Finished:
        return "finished";
    case WorkerPhase::Failed:
        return "failed";
    }
    return {};
}

void WorkerProcess::killAsHung()
{
    m_isHung = true;
    m_process.signal(SIGKILL);
}

std::vector<EffectiveSetting> WorkerProcess::placement(const Experiment& asked, const std::vector<int>& cores)
{
    const std::optional<ProcessActivity> seen = readActivity(m_process.pid());
    if (!seen)
        return {};
    const bool isFifo = asked.policy == SchedulingPolicy::Fifo;
    const std::string policy =
        seen->policy.starts_with("FIFO") ? fmt::format("FIFO {}", seen->realTimePriority) : seen->policy;
    m_place = seen->allowedCores;
    if (seen->realTimePriority > 0)
        m_place += ", " + policy;
    else if (seen->nice != 0)
        m_place += fmt::format(", nice {}", seen->nice);
    std::vector<EffectiveSetting> settings;
    if (!cores.empty())
        settings.push_back(
            {"placement.cores", "Core of the " + m_plan.role, coresText(cores), seen->allowedCores});
    if (asked.nice != 0)
        settings.push_back({"placement.nice", "Nice value of the " + m_plan.role, std::to_string(asked.nice),
                            std::to_string(seen->nice)});
    if (isFifo)
        settings.push_back({"placement.policy", "Scheduling of the " + m_plan.role,
                            fmt::format("FIFO {}", asked.priority), policy});
    return settings;
}

WorkerStatus WorkerProcess::status() const
{
    const Telemetry& telemetry = m_last.telemetry;
    WorkerStatus status{.role = m_plan.role, .pid = m_process.pid(), .phase = phaseText()};
    status.waitsIn = waitsIn();
    status.waitSentence = waitSentence(status.waitsIn);
    status.standardError = m_standardError;
    status.place = m_place;
    switch (telemetry.windows.open) {
    case Window::Working:
        status.state = WorkerState::Running;
        break;
    case Window::WaitingToSend:
        status.state = WorkerState::BlockedSending;
        break;
    case Window::WaitingToReceive:
        status.state = WorkerState::BlockedReceiving;
        break;
    case Window::Pacing:
        status.state = WorkerState::Pacing;
        break;
    case Window::Sleeping:
        status.state = WorkerState::Sleeping;
        break;
    }
    if (m_isStopped)
        status.state = WorkerState::Stopped;
    status.inState = m_lastReading.at - telemetry.windows.since;
    status.sent = telemetry.counters[Counter::Sent];
    status.received = telemetry.counters[Counter::Received];
    status.cpuShare = m_report ? 0 : m_splitter.cpuShare();
    status.blockedShare = m_report ? 0 : m_splitter.blockedShare();
    status.busyWaiting = isBusyWaiting();
    return status;
}

std::string WorkerProcess::exitText() const
{
    if (!m_report)
        return hasStarted() ? "running" : "not started";
    const std::string ended = m_report->isSuccess() && hasFinished() ? "finished" : m_report->sentence();
    return m_isHung ? "hung, then " + ended : ended;
}

/// For a worker that was killed before it could close its own account: when its end was noticed, and what the
/// kernel says it had used by then. Nobody says how long it had been ready since it was last observed.
ProcessTimes WorkerProcess::timesAtDeath() const
{
    ProcessTimes times{.at = m_endedAt,
                       .cpu = m_usedBefore.cpu + m_report->user + m_report->system,
                       .readyWait = std::max(m_lastReading.readyWait, m_last.window.begin.readyWait)};
    times.user = m_usedBefore.user + m_report->user;
    times.system = m_usedBefore.system + m_report->system;
    times.voluntarySwitches = m_usedBefore.voluntarySwitches + m_report->voluntarySwitches;
    times.involuntarySwitches = m_usedBefore.involuntarySwitches + m_report->involuntarySwitches;
    return times;
}

WorkerTrace WorkerProcess::trace(Nanoseconds origin) const
{
    WorkerTrace trace = m_trace ? m_trace->read(origin, m_endedAt) : WorkerTrace{};
    trace.role = m_plan.role;
    trace.pid = m_process.pid();
    trace.passesOn = m_plan.task == WorkerTask::Relay || m_plan.task == WorkerTask::Answer ||
                     m_plan.task == WorkerTask::Serve;
    addOpenWait(trace, origin);
    return trace;
}

/// What a worker waited for when it was killed.
void WorkerProcess::addOpenWait(WorkerTrace& trace, Nanoseconds origin) const
{
    const WindowTimes& windows = m_last.telemetry.windows;
    if (!m_trace || m_last.window.ended || !m_last.window.timesBegun || windows.open == Window::Working)
        return;
    const TraceKind kind = windows.open == Window::WaitingToSend      ? TraceKind::BlockedSending
                           : windows.open == Window::WaitingToReceive ? TraceKind::BlockedReceiving
                           : windows.open == Window::Sleeping         ? TraceKind::Sleeping
                                                                      : TraceKind::Pacing;
    trace.events.push_back({windows.since - origin, m_endedAt - origin, 0, 0, kind, 1});
}

WorkerResult WorkerProcess::result() const
{
    const MeasuredWindow& window = m_last.window;
    WorkerResult result{.role = m_plan.role, .pid = m_process.pid(), .exit = exitText()};
    result.standardError = m_standardError;
    result.restarts = m_restarts;
    if (m_last.telemetry.joinedAt != Nanoseconds::zero())
        result.joinedAfter = m_last.telemetry.joinedAt - m_startedAt;
    for (const auto& [number, count] : m_last.telemetry.errors)
        result.errors[errorName(number)] = count;
    if (window.countsBegun) {
        const CounterValues counts = m_last.telemetry.counters.since(window.countersAtBegin);
        result.sent = counts[Counter::Sent];
        result.received = counts[Counter::Received];
        result.wouldBlock = counts[Counter::WouldBlock];
        result.systemCalls = counts[Counter::SystemCalls];
        result.partialTransfers = counts[Counter::PartialTransfers];
        result.droppedByKernel = counts[Counter::DroppedByKernel];
        result.waits = waitsOf(counts);
        result.impaired = impairedOf(counts);
        result.acknowledged = acknowledgedOf(counts);
        result.response = m_last.telemetry.response.since(window.responseAtBegin).summary();
        result.service = m_last.telemetry.service.since(window.serviceAtBegin).summary();
        result.hop = m_last.telemetry.hop.since(window.hopAtBegin).summary();
        result.connecting = m_last.telemetry.connecting.since(window.connectingAtBegin).summary();
    }
    if (!window.timesBegun)
        return result;
    const ProcessTimes end = window.ended ? window.end : timesAtDeath();
    const WindowTimes windows = window.ended ? window.windowsAtEnd : m_last.telemetry.windows.until(end.at);
    TimeEvidence evidence{difference(windows, window.windowsAtBegin), end.cpu - window.begin.cpu,
                          end.readyWait - window.begin.readyWait, m_stopped, m_absent};
    for (std::size_t index = 0; index < windowCount; ++index)
        evidence.stopped[index] -= m_stoppedAtBegin[index];
    result.time = splitTime(evidence);
    result.wall = end.at - window.begin.at + m_beginMissed;
    result.time[WorkerState::Stopped] += m_beginMissed;
    result.blocks = blocksUntil(end.at, m_last.telemetry, window);
    result.busyWaiting = ipclab::isBusyWaiting(evidence, m_wait);
    result.user = end.user - window.begin.user;
    result.system = end.system - window.begin.system;
    result.voluntarySwitches = end.voluntarySwitches - window.begin.voluntarySwitches;
    result.involuntarySwitches = end.involuntarySwitches - window.begin.involuntarySwitches;
    return result;
}

} // namespace ipclab
