#pragma once

#include "engine/run/worker_process.h"

#include <string>

namespace ipclab {

/// How often it was refused before its peer had come, and why: "was refused 12 times with ENXIO because
/// nobody had it open for reading yet". Empty if it never was.
std::string refusalsOf(const WorkerProcess& worker);

} // namespace ipclab
