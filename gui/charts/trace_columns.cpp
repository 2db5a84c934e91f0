#include "gui/charts/trace_columns.h"

#include "gui/charts/bucket_walk.h"

#include <cmath>
#include <limits>

namespace ipclab {

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

struct Point {
    int column;
    float row;
};

void coverLine(const Point& from, const Point& to, ColumnSpans& spans, int count)
{
    const float slope = (to.row - from.row) / static_cast<float>(to.column - from.column);
    const auto rowAt = [&](float column) {
        const float bounded =
            std::clamp(column, static_cast<float>(from.column), static_cast<float>(to.column));
        return from.row + slope * (bounded - static_cast<float>(from.column));
    };
    for (int column = std::max(from.column, 0); column <= std::min(to.column, count - 1); ++column)
        spans.cover(column, rowAt(static_cast<float>(column) - 0.5F),
                    rowAt(static_cast<float>(column) + 0.5F));
}

void coverStep(const Point& from, const Point& to, ColumnSpans& spans, int count)
{
    for (int column = std::max(from.column, 0); column <= std::min(to.column, count - 1); ++column)
        spans.cover(column, from.row, from.row);
    spans.cover(to.column, from.row, to.row);
}

void include(Extremes& extremes, double low, double high)
{
    extremes.low = std::min(extremes.low, low);
    extremes.high = std::max(extremes.high, high);
}

constexpr Extremes nothingInSight{std::numeric_limits<double>::infinity(),
                                  -std::numeric_limits<double>::infinity()};

} // namespace

ColumnGrid ColumnGrid::over(const TimeRange& time, int span)
{
    const double secondsPerColumn = time.length() / std::max(span, 1);
    return {.secondsPerColumn = secondsPerColumn,
            .first = static_cast<std::int64_t>(std::ceil(time.from / secondsPerColumn - 1e-6)),
            .count = span + 1};
}

int ColumnGrid::columnOf(double seconds) const
{
    constexpr std::int64_t farAway = 1'000'000;
    // Buckets begin at time 0, where cutting off is rounding down, and much faster.
    const auto column = static_cast<std::int64_t>(seconds / secondsPerColumn) - first;
    return static_cast<int>(std::clamp(column, -farAway, farAway));
}

void ColumnSpans::reset(int columns)
{
    upper.assign(static_cast<std::size_t>(columns), infinity);
    lower.assign(static_cast<std::size_t>(columns), -infinity);
}

void ColumnSpans::cover(int column, float from, float to)
{
    if (column < 0 || column >= static_cast<int>(upper.size()))
        return;
    const auto at = static_cast<std::size_t>(column);
    upper[at] = std::min({upper[at], from, to});
    lower[at] = std::max({lower[at], from, to});
}

void coverTrace(const TraceHistory& history, TraceStyle style, const ColumnGrid& grid, double newest,
                const RowScale& rows, ColumnSpans& spans)
{
    Point last{0, 0};
    bool joined = false;
    walkBuckets(history, grid, newest, [&](double seconds, const TraceBucket& bucket) {
        if (bucket.count == 0) {
            joined = false;
            return;
        }
        const Point point{grid.columnOf(seconds), rows.rowOf(bucket.mean())};
        if (joined && point.column > last.column) {
            if (style == TraceStyle::Step)
                coverStep(last, point, spans, grid.count);
            else
                coverLine(last, point, spans, grid.count);
        }
        spans.cover(point.column, rows.rowOf(bucket.high), rows.rowOf(bucket.low));
        last = point;
        joined = true;
    });
}

void meanPerColumn(const TraceHistory& history, const ColumnGrid& grid, double newest,
                   std::vector<double>& means)
{
    means.assign(static_cast<std::size_t>(grid.count), std::numeric_limits<double>::quiet_NaN());
    int lastColumn = 0;
    double lastMean = 0;
    double sum = 0;
    std::uint32_t count = 0;
    bool joined = false;
    walkBuckets(history, grid, newest, [&](double seconds, const TraceBucket& bucket) {
        if (bucket.count == 0) {
            joined = false;
            return;
        }
        const int column = grid.columnOf(seconds);
        const bool sameColumn = joined && column == lastColumn;
        sum = sameColumn ? sum + bucket.sum : bucket.sum;
        count = sameColumn ? count + bucket.count : bucket.count;
        const double mean = sum / count;
        for (int between = std::max(lastColumn + 1, 0); joined && between < std::min(column, grid.count);
             ++between) {
            const double share = static_cast<double>(between - lastColumn) / (column - lastColumn);
            means[static_cast<std::size_t>(between)] = lastMean + share * (mean - lastMean);
        }
        if (column >= 0 && column < grid.count)
            means[static_cast<std::size_t>(column)] = mean;
        lastColumn = column;
        lastMean = mean;
        joined = true;
    });
}

Extremes extremesOf(const TraceHistory& history, const ColumnGrid& grid, double newest)
{
    Extremes extremes = nothingInSight;
    walkBuckets(history, grid, newest, [&](double seconds, const TraceBucket& bucket) {
        const int column = grid.columnOf(seconds);
        if (bucket.count > 0 && column >= 0 && column < grid.count)
            include(extremes, bucket.low, bucket.high);
    });
    return extremes;
}

Extremes extremesInSight(const PlotView& view, const ColumnGrid& grid)
{
    Extremes all = nothingInSight;
    double sum = 0;
    for (const TraceHistory& history : view.histories) {
        const Extremes one = extremesOf(history, grid, view.newest);
        if (one.low > one.high)
            continue;
        sum += one.high;
        include(all, one.low, one.high);
    }
    if (view.face.scale == ScaleKind::Stacked && all.low <= all.high)
        return {0.0, sum};
    return all;
}

} // namespace ipclab
