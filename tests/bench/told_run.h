#pragma once

#include "engine/run/run_result.h"
#include "tests/bench/turns.h"

namespace ipclab {

/// Runs the experiment to its end and tells the pids of its workers when they have joined. Blocks. Throws
/// std::runtime_error where the run fails, does not finish, or a self-check is violated.
RunResult runTelling(const Experiment& experiment, const TellProcesses& tellProcesses);

} // namespace ipclab
