#pragma once

#include "tests/support/storm.h"

namespace ipclab {

/// Does every kind of fault so many times over every mechanism (over shared memory with each of its locks),
/// each in a run of its own, and compares the outcome that the run names with what must have happened.
/// `kills` counts faults.
StormResult stormOfFaults(unsigned timesEach, std::uint64_t seed);

} // namespace ipclab
