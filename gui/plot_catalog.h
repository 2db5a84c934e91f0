#pragma once

#include "engine/run/run_result.h"
#include "gui/charts/plot.h"

#include <string>
#include <vector>

namespace ipclab {

/// What came out of a run, as charts that stand still: only those for which it has something to show. To add
/// one, add it here.
std::vector<Plot> plotsOf(const RunResult& result);

/// The one of them that is there while the run still goes on: `classes` are the titles of the classes of
/// messages.
Plot deliveryOrderPlot(const std::vector<std::string>& classes, const std::vector<Delivery>& deliveries);

} // namespace ipclab
