#pragma once

#include "engine/run/run_result.h"

#include <string>

namespace ipclab {

/// A finished run on one screen: throughput, latencies, integrity, where each worker's time went, settings
/// that the kernel made something else of, violated self-checks.
std::string reportText(const RunResult& result);

} // namespace ipclab
