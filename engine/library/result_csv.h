#pragma once

#include "engine/run/run_result.h"

#include <string>
#include <vector>

namespace ipclab {

/// Writes a run as tables for spreadsheets and scripts (RFC 4180, UTF-8, units in the header line):
///
///   summary.csv     one record: what was asked, what came out
///   series.csv      one record per interval: rates, both latencies' percentiles, fill, each worker's time
///   workers.csv     one record per worker
///   latency.csv     one record per filled bucket of the two histograms
///   blocks.csv      one record per filled bucket of each worker's histogram of how long it blocked
///   events.csv      the event log
///   faults.csv      one record per fault: what was done, and what came of it
///   deadlocks.csv   one record per edge of each graph of who waits for whom
///   objects.csv     one record per kernel object of the channels
///   reads.csv       one record per filled bucket of the histogram of bytes per read
///   saturation.csv  where the load looked for it, one record per step
///   trace.csv       of a traced run, one record per event; beside it trace.json (trace_export.h)
///   classes.csv     where messages are of several classes, one record per class
///   deliveries.csv  likewise, the first messages in the order of their delivery
///
/// A cell is empty where there is nothing to say, for instance a percentile of no messages. `directory` is
/// made when missing and files in it with these names are replaced. Throws FailureError that names the file;
/// tables already written stay.
void writeCsv(const RunResult& result, const std::string& directory);

/// One run goes straight into `directory`. Several go into sub-directories "1-pipe", "2-unix-stream-socket"
/// (number and title), and `directory` gets a summary.csv with one record per run, for comparing them.
void writeCsv(const std::vector<RunResult>& results, const std::string& directory);

/// What that writes, relative to `directory`.
std::vector<std::string> csvFiles(const std::vector<RunResult>& results);

/// The sub-directory of the run at `index` (from 0) of several.
std::string csvDirectoryName(const RunResult& result, std::size_t index);

} // namespace ipclab
