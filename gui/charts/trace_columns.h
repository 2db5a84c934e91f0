#pragma once

#include "gui/charts/chart_face.h"
#include "gui/charts/time_view.h"
#include "gui/charts/trace_history.h"
#include "gui/charts/value_scale.h"

#include <QString>

#include <cstdint>
#include <vector>

namespace ipclab {

/// Something that happened, as a line across the plot.
struct EventMark {
    double seconds; ///< since the start of the load
    QString text;
};

/// Everything that is to be drawn into a plot area; borrowed for the time of one call. The histories hold
/// axis units.
struct PlotView {
    const ChartFace& face;
    const std::vector<TraceHistory>& histories;
    const std::vector<EventMark>& marks;
    const std::vector<AxisTick>& valueTicks;
    TimeRange time;
    double newest; ///< nothing later than this is drawn
    double bottom; ///< of the value axis
    double top;
};

/// Pixel columns over run time. Columns are counted from time 0, not from the view's edge: a moment stays in
/// its column while the view moves on, so a moving chart does not shimmer.
struct ColumnGrid {
    double secondsPerColumn;
    std::int64_t first;
    int count;

    /// `span` columns from one end of the time to the other, and one more for the pixel at the right end.
    static ColumnGrid over(const TimeRange& time, int span);

    int columnOf(double seconds) const;
};

/// Maps axis units to rows of pixels, row 0 being the uppermost.
struct RowScale {
    double top;
    double rowOfTop;
    double rowsPerUnit;

    float rowOf(double value) const { return static_cast<float>(rowOfTop + (top - value) * rowsPerUnit); }
};

/// The rows a trace covers in each column; a column where upper > lower is empty.
struct ColumnSpans {
    std::vector<float> upper;
    std::vector<float> lower;

    void reset(int columns);
    void cover(int column, float from, float to);
};

/// From minimum to maximum of each column, joined with the neighbours in the trace's style.
void coverTrace(const TraceHistory& history, TraceStyle style, const ColumnGrid& grid, double newest,
                const RowScale& rows, ColumnSpans& spans);

/// The mean of each column, interpolated between values; NaN where there is none. `means` gets grid.count
/// entries.
void meanPerColumn(const TraceHistory& history, const ColumnGrid& grid, double newest,
                   std::vector<double>& means);

/// Smallest and largest axis value within the view; of stacked traces, of their sum.
Extremes extremesInSight(const PlotView& view, const ColumnGrid& grid);

/// The same of one trace.
Extremes extremesOf(const TraceHistory& history, const ColumnGrid& grid, double newest);

} // namespace ipclab
