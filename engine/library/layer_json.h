#pragma once

#include "engine/library/json_value.h"
#include "engine/run/run_result.h"

namespace ipclab {

// What a result says of deadlines and back-off, of impairment, and of acknowledgements; of the run and of
// each worker.
Json layerJson(const WaitCounts& waits);
Json layerJson(const ImpairedCounts& counts);
Json layerJson(const AcknowledgedCounts& counts);

} // namespace ipclab
