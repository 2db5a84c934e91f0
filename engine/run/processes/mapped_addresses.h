#pragma once

#include "engine/mechanisms/mechanism.h"

#include <string>
#include <vector>

namespace ipclab {

/// Adds to each object that a process has mapped where it lies there, as /proc/PID/maps says
/// (proc_pid_maps(5)): the same pages, at another address in every process. An object that it has not mapped
/// stays as it is.
void noteAddresses(std::vector<KernelObject>& objects, const std::string& worker, int pid);

} // namespace ipclab
