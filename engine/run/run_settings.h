#pragma once

#include "engine/base/clock.h"

#include <optional>
#include <string>

namespace ipclab {

/// What a run needs besides its experiment.
struct RunSettings {
    std::string workerProgram;              ///< path of ipclab-worker; empty = beside the running program
    std::optional<Nanoseconds> sampleEvery; ///< instead of the experiment's measure.interval
};

} // namespace ipclab
