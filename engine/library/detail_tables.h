#pragma once

#include "engine/library/csv_table.h"
#include "engine/run/run_result.h"

namespace ipclab {

// The tables of a run besides those of its summary, its series and its workers.

CsvTable latencyTable(const RunResult& result);
CsvTable readsTable(const RunResult& result);
CsvTable eventsTable(const RunResult& result);
CsvTable objectsTable(const RunResult& result);
CsvTable faultsTable(const RunResult& result);
CsvTable deadlocksTable(const RunResult& result);
CsvTable saturationStepsTable(const Saturation& saturation);

// Where messages are of several classes.
CsvTable classesTable(const RunResult& result);
CsvTable deliveriesTable(const RunResult& result);

} // namespace ipclab
