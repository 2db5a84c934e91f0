#pragma once

#include "engine/run/run_result.h"

namespace ipclab {

// When two runs can be compared.

/// A run to its end that nothing held up on purpose or by accident, so that it shows how fast its mechanism
/// is.
bool showsSpeed(const RunResult& result);

/// Of an experiment what must be the same in another one: all that is neither the mechanism's own nor only
/// about how long and how closely it is measured. Message size and wait, which not every mechanism can have
/// as another one has them, are left out too and must be compared by themselves.
Experiment conditionsOf(Experiment experiment);

} // namespace ipclab
