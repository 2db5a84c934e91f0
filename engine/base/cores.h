#pragma once

#include <string>
#include <vector>

namespace ipclab {

/// The cores that this process may use, ascending: sched_getaffinity(2), as taskset(1) and containers limit
/// it. Empty if the kernel does not say.
std::vector<int> usableCores();

/// How many cores the machine has, whoever may use them: their numbers are below this.
int coresOfMachine();

/// "0–3, 6", for a sentence or a table.
std::string coresText(const std::vector<int>& cores);

} // namespace ipclab
