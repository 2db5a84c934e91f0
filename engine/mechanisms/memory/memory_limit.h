#pragma once

#include "engine/mechanisms/traits.h"

#include <cstddef>

namespace ipclab {

/// What one channel may take of this computer's memory, in bytes: an eighth, and at most 256 MiB.
std::size_t memoryBudget();

/// "an eighth of this computer's memory" or "256 MiB of memory", whichever binds.
std::string describeMemoryBudget();

/// The largest message where nothing binds but the memory of the two ends, each of which keeps a whole
/// message.
MessageLimit privateMemoryLimit();

} // namespace ipclab
