#pragma once

#include "gui/charts/trace_columns.h"

#include <algorithm>

namespace ipclab {

/// Calls visit(centre in seconds, bucket) for every bucket that was pushed to, in order: those in sight, and
/// before and after them the nearest one out of sight, towards which a line leaves the plot.
template <typename Visit>
void walkBuckets(const TraceHistory& history, const ColumnGrid& grid, double newest, Visit visit)
{
    constexpr std::int64_t reach = 256;
    const double from = static_cast<double>(grid.first) * grid.secondsPerColumn;
    const double to = static_cast<double>(grid.first + grid.count) * grid.secondsPerColumn;
    const BucketRing& ring = history.ringFor(grid.secondsPerColumn, from);
    const auto wasPushed = [&ring](std::int64_t index) {
        return ring.at(index).count > 0 || ring.at(index).gap;
    };

    std::int64_t index = std::clamp(ring.indexOf(from), ring.firstIndex(), ring.endIndex());
    const std::int64_t earliest = std::max(ring.firstIndex(), index - reach);
    while (index > earliest && !wasPushed(index - 1))
        --index;
    index = std::max(earliest, index - 1);

    const std::int64_t end = std::min(ring.endIndex(), ring.indexOf(newest) + 1);
    const std::int64_t lastInSight = ring.indexOf(to);
    for (; index < end; ++index) {
        if (!wasPushed(index))
            continue;
        visit((static_cast<double>(index) + 0.5) * ring.width(), ring.at(index));
        if (index > lastInSight)
            break;
    }
}

} // namespace ipclab
