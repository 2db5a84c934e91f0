#include "engine/measure/time_accounting.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace ipclab {

namespace {

constexpr Nanoseconds spanOfTheKernelsPart = std::chrono::milliseconds(500);
constexpr std::array waitingWindows{Window::WaitingToSend, Window::WaitingToReceive, Window::Pacing,
                                    Window::Sleeping};

using Shares = std::array<double, windowCount>;

WorkerState stateOf(Window window)
{
    switch (window) {
    case Window::WaitingToSend:
        return WorkerState::BlockedSending;
    case Window::WaitingToReceive:
        return WorkerState::BlockedReceiving;
    case Window::Pacing:
        return WorkerState::Pacing;
    case Window::Sleeping:
        return WorkerState::Sleeping;
    case Window::Working:
        break;
    }
    return WorkerState::Running;
}

std::size_t indexOf(Window window)
{
    return static_cast<std::size_t>(window);
}

double waitingTime(const WindowTimes& windows)
{
    double sum = 0;
    for (const Window window : waitingWindows)
        sum += static_cast<double>(windows.time[indexOf(window)].count());
    return sum;
}

/// Time asleep per waiting window; the sum is at most `asleep`.
Shares asleepPerWindow(const WindowTimes& windows, double asleep)
{
    Shares slept{};
    const double waited = waitingTime(windows);
    const double overhead = std::max(0.0, waited - asleep);
    double visits = 0;
    for (const Window window : waitingWindows)
        visits += static_cast<double>(windows.visits[indexOf(window)]);
    double sum = 0;
    for (const Window window : waitingWindows) {
        const auto time = static_cast<double>(windows.time[indexOf(window)].count());
        const double part = visits > 0 ? static_cast<double>(windows.visits[indexOf(window)]) / visits : 0;
        slept[indexOf(window)] = std::max(0.0, time - overhead * part);
        sum += slept[indexOf(window)];
    }
    const double target = std::min(asleep, waited);
    for (double& time : slept)
        time = sum > 0 ? time * target / sum : 0;
    return slept;
}

Nanoseconds sum(const TimePerWindow& times)
{
    return std::accumulate(times.begin(), times.end(), Nanoseconds::zero());
}

WindowTimes withoutStops(const TimeEvidence& evidence)
{
    WindowTimes windows = evidence.windows;
    for (std::size_t window = 0; window < windowCount; ++window)
        windows.time[window] = std::max(Nanoseconds::zero(), windows.time[window] - evidence.stopped[window]);
    return windows;
}

double shareOf(Nanoseconds part, Nanoseconds whole)
{
    return whole > Nanoseconds::zero()
               ? static_cast<double>(part.count()) / static_cast<double>(whole.count())
               : 0;
}

Nanoseconds scaled(Nanoseconds time, double share)
{
    return Nanoseconds(static_cast<std::int64_t>(static_cast<double>(time.count()) * share));
}

/// It neither ran nor waited for a core, but for what the kernel may round.
bool isQuiet(const TimeEvidence& interval)
{
    constexpr double nearlyNothing = 0.02;
    return shareOf(interval.cpu + interval.readyWait, sum(interval.windows.time)) < nearlyNothing;
}

/// The `rest` that is neither ready nor asleep; `running` of it was used.
void splitRest(TimeSplit& split, const TimeEvidence& evidence, Nanoseconds rest, Nanoseconds running)
{
    const Nanoseconds stopped = sum(evidence.windows.time) - sum(withoutStops(evidence).time);
    const Nanoseconds absent =
        std::clamp(evidence.absent, Nanoseconds::zero(), std::max(rest - running, Nanoseconds::zero()));
    split[WorkerState::Stopped] = stopped + absent;
    split[WorkerState::Running] = rest - absent;
}

TimeEvidence between(const LiveTimeSplitter::Reading& earlier, const LiveTimeSplitter::Reading& later)
{
    TimeEvidence evidence{difference(later.windows, earlier.windows), later.cpu - earlier.cpu,
                          later.readyWait - earlier.readyWait, later.stopped, later.absent - earlier.absent};
    for (std::size_t window = 0; window < windowCount; ++window)
        evidence.stopped[window] -= earlier.stopped[window];
    return evidence;
}

/// The interval as the half second around it was split.
TimeSplit splitByShares(const TimeEvidence& interval, const TimeEvidence& span, const TimeSplit& spanSplit)
{
    const WindowTimes spanWindows = withoutStops(span);
    const WindowTimes windows = withoutStops(interval);
    const Nanoseconds wall = sum(windows.time);
    TimeSplit split;
    Nanoseconds rest = wall;
    for (const Window window : waitingWindows) {
        const double share = shareOf(spanSplit[stateOf(window)], spanWindows.time[indexOf(window)]);
        split[stateOf(window)] = scaled(windows.time[indexOf(window)], share);
        rest -= split[stateOf(window)];
    }
    const double readyShare = shareOf(spanSplit[WorkerState::Ready], sum(spanWindows.time));
    split[WorkerState::Ready] =
        std::clamp(scaled(wall, readyShare), Nanoseconds::zero(), std::max(rest, Nanoseconds::zero()));
    rest -= split[WorkerState::Ready];
    splitRest(split, interval, rest, interval.cpu);
    return split;
}

bool hasNotBegun(const WindowTimes& windows)
{
    return std::ranges::all_of(windows.time, [](Nanoseconds time) { return time == Nanoseconds::zero(); });
}

} // namespace

WindowTimes difference(const WindowTimes& later, const WindowTimes& earlier)
{
    WindowTimes between = later;
    for (std::size_t window = 0; window < windowCount; ++window) {
        between.time[window] = std::max(Nanoseconds::zero(), later.time[window] - earlier.time[window]);
        between.visits[window] = later.visits[window] - earlier.visits[window];
    }
    // A wait that was already open when the stretch began is a visit of this stretch too.
    for (const Window window : waitingWindows)
        if (between.time[indexOf(window)] > Nanoseconds::zero() && between.visits[indexOf(window)] == 0)
            between.visits[indexOf(window)] = 1;
    return between;
}

TimeSplit splitTime(const TimeEvidence& evidence)
{
    const WindowTimes windows = withoutStops(evidence);
    const Nanoseconds wall = sum(windows.time);
    const Nanoseconds ready = std::clamp(evidence.readyWait, Nanoseconds::zero(), wall);
    const Nanoseconds running = std::clamp(evidence.cpu, Nanoseconds::zero(), wall - ready);
    const Nanoseconds idle = wall - ready - running;
    const auto asleep = static_cast<double>(std::max(Nanoseconds::zero(), idle - evidence.absent).count());

    TimeSplit split;
    split[WorkerState::Ready] = ready;
    Nanoseconds rest = wall - ready;
    const Shares slept = asleepPerWindow(windows, asleep);
    for (const Window window : waitingWindows) {
        const Nanoseconds time(static_cast<std::int64_t>(slept[indexOf(window)]));
        split[stateOf(window)] = time;
        rest -= time;
    }
    splitRest(split, evidence, rest, running);
    return split;
}

bool isBusyWaiting(const TimeEvidence& evidence, ChannelWait wait)
{
    const auto timeIn = [&](Window window) {
        return static_cast<double>(evidence.windows.time[indexOf(window)].count());
    };
    double waited = waitingTime(evidence.windows);
    double rest = timeIn(Window::Working);
    if (wait == ChannelWait::Woken) {
        const double inChannel = timeIn(Window::WaitingToSend) + timeIn(Window::WaitingToReceive);
        waited -= inChannel;
        rest += inChannel;
    }
    const double usedWhileWaiting = static_cast<double>(evidence.cpu.count()) - rest;
    return waited > (waited + rest) / 10 && usedWhileWaiting > waited / 4;
}

TimeSplit LiveTimeSplitter::next(const Reading& reading)
{
    if (hasNotBegun(reading.windows))
        m_readings.clear(); // what starting up used belongs to no window
    m_readings.push_back(reading);
    if (m_readings.size() == 1)
        return {};
    while (m_readings.size() > 2 && reading.at - m_readings[1].at >= spanOfTheKernelsPart)
        m_readings.pop_front();

    const TimeEvidence span = between(m_readings.front(), reading);
    const TimeSplit spanSplit = splitTime(span);
    noteSpan(span, spanSplit);
    const TimeEvidence interval = between(m_readings[m_readings.size() - 2], reading);
    return isQuiet(interval) ? splitTime(interval) : splitByShares(interval, span, spanSplit);
}

void LiveTimeSplitter::noteSpan(const TimeEvidence& span, const TimeSplit& split)
{
    const auto wall = static_cast<double>(split.total().count());
    if (wall <= 0)
        return;
    const Nanoseconds blocked = split[WorkerState::BlockedSending] + split[WorkerState::BlockedReceiving];
    m_cpuShare = static_cast<double>(span.cpu.count()) / wall;
    m_blockedShare = static_cast<double>(blocked.count()) / wall;
    m_isBusyWaiting = ipclab::isBusyWaiting(span, m_wait);
}

} // namespace ipclab
