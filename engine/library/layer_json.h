#pragma once

#include "engine/run/run_result.h"

#include <nlohmann/json.hpp>

namespace ipclab {

// What a result says of deadlines and back-off, of impairment, and of acknowledgements; of the run and of
// each worker.
nlohmann::ordered_json layerJson(const WaitCounts& waits);
nlohmann::ordered_json layerJson(const ImpairedCounts& counts);
nlohmann::ordered_json layerJson(const AcknowledgedCounts& counts);

} // namespace ipclab
