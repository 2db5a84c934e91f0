#pragma once

#include "engine/measure/run_series.h"
#include "engine/measure/telemetry.h"

#include <deque>

namespace ipclab {

using TimePerWindow = std::array<Nanoseconds, windowCount>;

/// What a worker and the kernel each say of the same stretch of time.
struct TimeEvidence {
    WindowTimes windows;     ///< differences: time and visits per window in this stretch
    Nanoseconds cpu{};       ///< the process's CPU clock
    Nanoseconds readyWait{}; ///< runnable but waiting for a core
    TimePerWindow stopped{}; ///< of the windows' time, that in which it was stopped (state T)
    Nanoseconds
        absent{}; ///< between its death and its successor's start, in no waiting window; counts as stopped
};

/// How a worker waits in its channel: the kernel wakes it, or it asks again and again, for a while at least.
enum class ChannelWait { Woken, Asking };

/// Splits a stretch into the states. Who is stopped does not wait, whatever he waited for before. Asleep is
/// what is neither running nor ready; the waiting windows also hold the wake-up itself, so each is reduced by
/// its share of that in proportion to its visits, and together they are scaled to the time asleep. A wait in
/// which the process never slept was busy: it counts as running. The sum is the stretch exactly.
TimeSplit splitTime(const TimeEvidence& evidence);

/// The difference of two readings of the same page.
WindowTimes difference(const WindowTimes& later, const WindowTimes& earlier);

/// Live splitting: the kernel's part ticks too coarsely for short intervals, so it is taken over the last
/// half second and applied to each interval's own windows; but an interval in which the worker hardly got
/// near a core speaks for itself.
class LiveTimeSplitter final {
public:
    struct Reading {
        Nanoseconds at{};
        WindowTimes windows; ///< closed at `at`
        Nanoseconds cpu{};
        Nanoseconds readyWait{};
        TimePerWindow stopped{};
        Nanoseconds absent{};
    };

    explicit LiveTimeSplitter(ChannelWait wait) : m_wait(wait) {}

    /// The split of the interval between the reading before and this one. The first reading gives an empty
    /// split.
    TimeSplit next(const Reading& reading);

    double cpuShare() const { return m_cpuShare; }         ///< of wall time over the last half second
    double blockedShare() const { return m_blockedShare; } ///< likewise
    bool isBusyWaiting() const { return m_isBusyWaiting; } ///< it waited, but hardly slept

private:
    void noteSpan(const TimeEvidence& span, const TimeSplit& split);

    ChannelWait m_wait;
    std::deque<Reading> m_readings;
    double m_cpuShare = 0;
    double m_blockedShare = 0;
    bool m_isBusyWaiting = false;
};

/// A wait without sleep: more than a tenth of the stretch was spent in waiting windows, and the processor's
/// time used is more than the other windows can hold by at least a quarter of that. Who is woken does not
/// wait busily in the channel, though falling asleep and waking up may take more of the processor than a
/// short wait leaves for sleep.
bool isBusyWaiting(const TimeEvidence& evidence, ChannelWait wait);

} // namespace ipclab
