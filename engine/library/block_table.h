#pragma once

#include "engine/library/csv_columns.h"
#include "engine/run/run_result.h"

namespace ipclab {

/// How long each worker's waits lasted, a record per filled bucket: blocks.csv.
CsvTable blockTable(const RunResult& result);

/// What a record about a worker says of its waits: how many, and how long half of them, 99 of 100 and the
/// longest.
CsvColumns<BlockTimes> blockColumns();

} // namespace ipclab
