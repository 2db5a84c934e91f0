#pragma once

#include "engine/library/csv_table.h"
#include "engine/run/run_result.h"

#include <vector>

namespace ipclab {

// The tables that say what runs came to; detail_tables.h has those that say more.

/// One record per run: what was asked, what came out.
CsvTable summaryTable(const std::vector<const RunResult*>& results);

/// One record per interval.
CsvTable seriesTable(const RunResult& result);

CsvTable workersTable(const RunResult& result);

} // namespace ipclab
