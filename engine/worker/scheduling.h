#pragma once

#include "engine/experiment/worker_plan.h"

namespace ipclab {

/// Binds this process to the cores of its plan and has it scheduled as the experiment says:
/// sched_setaffinity(2), setpriority(2), sched_setscheduler(2). Throws FailureError where the kernel refuses,
/// with the limit to raise.
void takePlace(const WorkerPlan& plan);

} // namespace ipclab
