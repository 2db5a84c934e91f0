#pragma once

#include "engine/run/run_event.h"

#include <cstddef>
#include <variant>

namespace ipclab {

/// A run of a series is about to start. Counts from 0.
struct RunBegan {
    std::size_t index = 0;
    std::size_t count = 1;
    Experiment experiment;
};

/// The series is over: nothing more comes until the next start.
struct SeriesOver {
    unsigned series = 0; ///< which one, as counted by who started it
};

/// What the run thread tells the window, in the order in which it happened. Each run of a series is framed by
/// a RunBegan and a RunFinished or RunFailed.
using RunNews = std::variant<RunBegan, WorkersStarted, WorkersJoined, SampleTaken, Happened, DeadlockFound,
                             RunFinished, RunFailed, SeriesOver>;

} // namespace ipclab
