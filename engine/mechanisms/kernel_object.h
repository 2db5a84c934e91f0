#pragma once

#include "engine/base/unique_fd.h"

#include <string>

namespace ipclab {

/// As the kernel calls it in /proc/PID/fd: "pipe:[31337]", "socket:[31338]", "/memfd:ring (deleted)".
std::string nameOfDescriptor(int descriptor);

/// A second descriptor for the same open file, closed on exec. Throws std::system_error.
UniqueFd duplicate(const UniqueFd& descriptor);

} // namespace ipclab
