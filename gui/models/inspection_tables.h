#pragma once

#include "engine/run/processes/process_inspector.h"
#include "engine/run/run_event.h"
#include "gui/models/text_table.h"

namespace ipclab {

/// What is seen of one worker, as tables of texts. Plain functions on values.

/// State, wait, core, memory, switches: what changes all the time. `status` is what the run itself says of
/// it.
TextTable activityTable(const WorkerStatus& status, const Inspection& inspection);

TextTable descriptorsTable(const std::vector<OpenDescriptor>& descriptors);

/// Shared memory first, for it is what communication is about; the rest in the order of addresses.
TextTable mappingsTable(const std::vector<MemoryMapping>& mappings);

TextTable processLimitsTable(const std::vector<ProcessLimit>& limits);

} // namespace ipclab
