#pragma once

#include "engine/library/csv_columns.h"
#include "engine/run/run_result.h"

#include <string>

namespace ipclab {

// The columns of what several tables have in their records.

/// "response min (ns)" and so on; empty cells where nothing was measured.
CsvColumns<LatencySummary> latencyColumns(const std::string& latency);

/// Behind their number: "response count (messages)".
CsvColumns<LatencySummary> countedLatencyColumns(const std::string& latency);

/// Time in each state, after a prefix: "sender running (ns)".
CsvColumns<TimeSplit> stateColumns(const std::string& prefix = {});

CsvColumns<ImpairedCounts> impairedColumns();
CsvColumns<AcknowledgedCounts> acknowledgedColumns();
CsvColumns<WaitCounts> waitColumns();

/// What a record, of a run or of a worker, says of impairment, acknowledgements, deadlines and back-off.
template <typename Record>
CsvColumns<Record> layerColumns()
{
    CsvColumns<Record> columns;
    columns.add("dropped by the kernel (messages)", &Record::droppedByKernel)
        .addPart(&Record::impaired, impairedColumns())
        .addPart(&Record::acknowledged, acknowledgedColumns())
        .addPart(&Record::waits, waitColumns());
    return columns;
}

} // namespace ipclab
