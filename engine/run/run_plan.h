#pragma once

#include "engine/experiment/worker_plan.h"
#include "engine/mechanisms/mechanism.h"

#include <string>
#include <vector>

namespace ipclab {

/// One end of one of the run's channels.
struct PlannedEnd {
    unsigned channel = 0;
    Seat seat;
};

struct PlannedWorker {
    WorkerTask task;
    std::string role; ///< "sender", "sender 2", "receiver"
    unsigned index = 0;
    std::vector<PlannedEnd> ends; ///< in the order of the channels; one to do both on, or one for each
};

/// Which channels and workers an experiment takes. A value.
struct RunPlan {
    unsigned channels = 1;
    std::vector<PlannedWorker> workers;
};

/// The experiment has no problems. A round trip takes one channel that goes both ways, or else two that go one way.
RunPlan planFor(const Experiment& experiment);

/// Whether what this worker sends counts as the run's messages, and whether what it receives does.
bool isSource(WorkerTask task);
bool isSink(WorkerTask task);

/// The cores each worker is bound to, in the order of the workers; an empty list means any.
std::vector<std::vector<int>> placementOf(CorePlacement placement, std::size_t workers);

} // namespace ipclab
