#pragma once

#include "engine/base/failure.h"
#include "engine/cli/progress.h"
#include "engine/cli/stop_signals.h"
#include "engine/run/run_result.h"

#include <optional>

namespace ipclab {

/// How one run ended. There is no result when a second signal cut it off.
struct SessionEnd {
    std::optional<RunResult> result;
    std::optional<Failure> failure; ///< why it could not be made or could not go on
};

/// Runs one experiment to its end, blocking. The first stop signal ends it with the result so far, the second
/// at once.
SessionEnd runSession(const Experiment& experiment, StopSignals& signals, Progress& progress);

} // namespace ipclab
