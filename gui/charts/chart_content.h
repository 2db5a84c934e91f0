#pragma once

#include "gui/charts/chart_face.h"
#include "gui/charts/time_view.h"
#include "gui/charts/trace_columns.h"

#include <QString>

#include <span>
#include <vector>

namespace ipclab {

/// Several samples of one interval in one.
struct Spread {
    double low;
    double mean;
    double high;
};

/// All values of a chart at one moment, in base units and in the order of the face's traces; NaN where there
/// is none.
struct CursorReading {
    double seconds;
    std::vector<double> values;
};

/// What a live chart holds and which part of it is in sight; knows no widget. A value type.
class ChartContent {
public:
    explicit ChartContent(ChartFace face);

    const ChartFace& face() const { return m_face; }
    const TimeView& time() const { return m_time; }
    const ValueScale& scale() const { return m_scale; }

    void append(double seconds, std::span<const double> values);
    void append(double seconds, std::span<const Spread> values);
    void markEvent(double seconds, const QString& text);
    void clear();

    /// For every change of what is in sight; afterwards the value axis adapts at once.
    TimeView& changeTime();

    /// Whether anything in sight has changed since markDrawn().
    bool isChanged() const { return m_changed; }
    void markDrawn() { m_changed = false; }

    /// Lets the value axis follow what is in sight; `now` in seconds on a steady clock.
    void followValues(int columns, double now);

    /// Borrows from this object.
    PlotView view() const;

    CursorReading readingAt(double seconds) const;

    /// "Throughput: delivered now 1.20 M msg/s, min …, max …; …."
    QString textAlternative(int columns) const;

    /// The same, standing still on run times: a copy for paper.
    ChartContent frozen() const;

private:
    void noteChangeAt(double seconds);
    QString sentenceOf(std::size_t trace, const ColumnGrid& grid) const;

    ChartFace m_face;
    ValueScale m_scale;
    TimeView m_time;
    std::vector<TraceHistory> m_histories;
    std::vector<EventMark> m_marks;
    std::vector<AxisTick> m_valueTicks;
    std::vector<double> m_latest; ///< base units
    bool m_changed = true;
};

} // namespace ipclab
