#pragma once

#include "engine/library/csv_table.h"
#include "engine/run/run_result.h"

#include <string>
#include <vector>

namespace ipclab {

/// What a record, of a run or of a worker, says of impairment, acknowledgements, deadlines and back-off.
std::vector<std::string> layerNames();
void addLayers(CsvTable& table, const RunSummary& summary);
void addLayers(CsvTable& table, const WorkerResult& worker);

} // namespace ipclab
