#pragma once

#include "engine/library/csv_table.h"
#include "engine/run/run_result.h"

#include <string>

namespace ipclab {

/// The events of all workers, those of each in the order of their ends: trace.csv.
CsvTable traceTable(const RunTrace& trace);

/// The trace in the Trace Event Format, which Perfetto (ui.perfetto.dev) and chrome://tracing open: a process
/// for each worker, with a thread for its waits, one for its sends and one for its receives, because these
/// may overlap. An arrow (a flow) leads from each send to its receive. What happened to the run is an instant
/// event. Times are microseconds since the start of the load. The result has a trace.
std::string toTraceJson(const RunResult& result);

/// Throws FailureError that names the file.
void writeTraceJson(const RunResult& result, const std::string& path);

} // namespace ipclab
