#pragma once

#include "gui/charts/value_scale.h"

#include <optional>
#include <vector>

namespace ipclab {

/// Seconds of run time, from <= to.
struct TimeRange {
    double from;
    double to;

    double length() const { return to - from; }
    bool contains(double seconds) const { return seconds >= from && seconds <= to; }
    bool operator==(const TimeRange&) const = default;
};

/// Decides which stretch of the run a chart shows: the last `window` seconds, the whole run, the moment at
/// which the view was paused, or a range that was zoomed into. Of a run that is over nothing is "now". A
/// value type without a clock: time is what advance() says.
class TimeView {
public:
    /// Nothing means the whole run.
    void setWindow(std::optional<double> seconds);
    std::optional<double> window() const { return m_window; }

    /// How long the run is meant to take: the whole run's axis then has its final length from the start.
    void setExpectedLength(std::optional<double> seconds) { m_expectedLength = seconds; }

    void advance(double seconds);
    void restart();

    /// The run is over: its axis is as long as it was, whatever was expected. Until restart().
    void end() { m_isOver = true; }
    bool isOver() const { return m_isOver; }

    void pause();
    void resume() { m_pausedAt.reset(); }
    bool isPaused() const { return m_pausedAt.has_value(); }

    void zoom(const TimeRange& range) { m_zoom = range; }
    void resetZoom() { m_zoom.reset(); }
    bool isZoomed() const { return m_zoom.has_value(); }

    /// What the time axis spans; it may reach beyond the newest value.
    TimeRange range() const;

    /// Nothing newer than this is to be drawn.
    double newestShown() const;

    /// Positions are shares of the axis, 0 at its left end; at most about `most` of them.
    std::vector<AxisTick> ticks(int most) const;

private:
    TimeRange rangeOfWholeRun(double newest) const;
    std::vector<AxisTick> ticksBeforeNow(int most) const;
    std::vector<AxisTick> ticksOfRun(int most) const;

    std::optional<double> m_window = 20.0;
    std::optional<double> m_expectedLength;
    std::optional<double> m_pausedAt;
    std::optional<TimeRange> m_zoom;
    double m_newest = 0.0;
    bool m_isOver = false;
};

} // namespace ipclab
