#pragma once

#include "engine/run/run_result.h"
#include "gui/models/text_table.h"

namespace ipclab {

/// What a run was made of and what came out of it, as tables of texts. Plain functions on values.

/// The runs of a series beside each other, a row each.
TextTable seriesTable(const std::vector<RunResult>& results);

/// What was asked for beside what the kernel made of it, with a badge where they differ.
TextTable settingsTable(const std::vector<EffectiveSetting>& settings);
TextTable objectsTable(const std::vector<KernelObject>& objects);
TextTable hostTable(const Host& host);
TextTable limitsTable(const std::vector<HostLimit>& limits);

/// The steps of a search for saturation.
TextTable saturationTable(const Saturation& saturation);
/// Who waited for what, and who alone could have given it: a row per edge.
TextTable deadlocksTable(const std::vector<Deadlock>& deadlocks);
TextTable checksTable(const std::vector<SelfCheck>& checks);
TextTable summaryTable(const RunResult& result);
TextTable latencyTable(const RunSummary& summary);
TextTable workersTable(const std::vector<WorkerResult>& workers);

/// How often each worker waited in the channel, and for how long; without rows where nobody did.
TextTable blocksTable(const std::vector<WorkerResult>& workers);

/// "sender" and what it wrote to its standard error, for those that wrote something.
TextTable standardErrorTable(const std::vector<WorkerResult>& workers);

} // namespace ipclab
