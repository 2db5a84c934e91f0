#pragma once

#include "engine/library/csv_table.h"
#include "engine/measure/run_series.h"

#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

// Columns that several tables have: their names, and how a record fills them.

using Names = std::vector<std::string>;
Names operator+(Names names, const Names& more);

/// Empty cells where nothing was measured.
Names latencyNames(std::string_view latency);
void addLatency(CsvTable& table, const LatencySummary& latency);

/// Time in each state, after a prefix: "sender running (ns)".
Names stateNames(std::string_view prefix);
void addStates(CsvTable& table, const TimeSplit& split);

std::string_view yesOrNo(bool answer);

} // namespace ipclab
