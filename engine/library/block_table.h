#pragma once

#include "engine/library/csv_table.h"
#include "engine/run/run_result.h"

#include <string>
#include <vector>

namespace ipclab {

/// How long each worker's waits lasted, a record per filled bucket: blocks.csv.
CsvTable blockTable(const RunResult& result);

/// What a record about a worker says of its waits: how many, and how long half of them, 99 of 100 and the
/// longest.
std::vector<std::string> blockNames();
void addBlocks(CsvTable& table, const BlockTimes& blocks);

} // namespace ipclab
