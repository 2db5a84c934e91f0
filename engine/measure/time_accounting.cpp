#include "engine/measure/time_accounting.h"

#include <algorithm>
#include <array>

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
    Nanoseconds wall{};
    for (const Nanoseconds time : evidence.windows.time)
        wall += time;
    const Nanoseconds ready = std::clamp(evidence.readyWait, Nanoseconds::zero(), wall);
    const Nanoseconds running = std::clamp(evidence.cpu, Nanoseconds::zero(), wall - ready);
    const Nanoseconds idle = wall - ready - running;
    const auto asleep = static_cast<double>(std::max(Nanoseconds::zero(), idle - evidence.absent).count());

    TimeSplit split;
    split[WorkerState::Ready] = ready;
    Nanoseconds rest = wall - ready;
    const Shares slept = asleepPerWindow(evidence.windows, asleep);
    for (const Window window : waitingWindows) {
        const Nanoseconds time(static_cast<std::int64_t>(slept[indexOf(window)]));
        split[stateOf(window)] = time;
        rest -= time;
    }
    split[WorkerState::Stopped] = std::clamp(evidence.stopped + evidence.absent, Nanoseconds::zero(),
                                             std::max(rest - running, Nanoseconds::zero()));
    split[WorkerState::Running] = rest - split[WorkerState::Stopped];
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

    const Reading& oldest = m_readings.front();
    const TimeEvidence span{difference(reading.windows, oldest.windows), reading.cpu - oldest.cpu,
                            reading.readyWait - oldest.readyWait, reading.stopped - oldest.stopped,
                            reading.absent - oldest.absent};
    const TimeSplit spanSplit = splitTime(span);
    noteSpan(span, spanSplit);

    const WindowTimes interval = difference(reading.windows, m_readings[m_readings.size() - 2].windows);
    const auto spanWall = static_cast<double>(spanSplit.total().count());
    TimeSplit split;
    Nanoseconds wall{};
    for (const Nanoseconds time : interval.time)
        wall += time;
    Nanoseconds rest = wall;
    for (const Window window : waitingWindows) {
        const auto waited = static_cast<double>(span.windows.time[indexOf(window)].count());
        const auto slept = static_cast<double>(spanSplit[stateOf(window)].count());
        const double share = waited > 0 ? slept / waited : 0;
        split[stateOf(window)] = Nanoseconds(
            static_cast<std::int64_t>(static_cast<double>(interval.time[indexOf(window)].count()) * share));
        rest -= split[stateOf(window)];
    }
    const double readyShare =
        spanWall > 0 ? static_cast<double>(spanSplit[WorkerState::Ready].count()) / spanWall : 0;
    const Nanoseconds ready(static_cast<std::int64_t>(static_cast<double>(wall.count()) * readyShare));
    split[WorkerState::Ready] = std::clamp(ready, Nanoseconds::zero(), std::max(rest, Nanoseconds::zero()));
    rest -= split[WorkerState::Ready];
    const Reading& previous = m_readings[m_readings.size() - 2];
    const Nanoseconds idle = std::max(rest - (reading.cpu - previous.cpu), Nanoseconds::zero());
    const Nanoseconds stopped = reading.stopped - previous.stopped + reading.absent - previous.absent;
    split[WorkerState::Stopped] = std::clamp(stopped, Nanoseconds::zero(), idle);
    split[WorkerState::Running] = rest - split[WorkerState::Stopped];
    return split;
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
