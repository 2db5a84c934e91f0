#pragma once

#include "engine/run/run_result.h"

#include <string>

namespace ipclab {

/// Lines of the report on what stands between the workers and their channel: impairment, acknowledgements,
/// deadlines, back-off, connections. Empty where there is nothing of the kind.
std::string layersText(const RunResult& result);

} // namespace ipclab
