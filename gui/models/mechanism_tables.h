#pragma once

#include "engine/mechanisms/mechanism.h"
#include "engine/run/capacity_finder.h"
#include "gui/models/text_table.h"

namespace ipclab {

/// What is known of a mechanism, as tables of texts. Plain functions on values.

/// Its options with help, range and default.
TextTable optionsTable(const MechanismInfo& info);

/// The largest message and the limits that bear on it, as read now. Where the host does not offer the
/// mechanism, only those limits.
TextTable hostLimitsTable(const Mechanism& mechanism);

/// How much its channels took while nobody read, beside what the kernel says.
TextTable capacityTable(const std::vector<FoundCapacity>& found);

/// What it takes to program with it, as counted in its source.
TextTable complexityTable(const MechanismInfo& info);

} // namespace ipclab
