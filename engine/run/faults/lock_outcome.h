#pragma once

#include "engine/run/faults/fault_outcome.h"

namespace ipclab {

/// As findingOf(), for faults that have to do with a channel's lock.
std::optional<FaultFinding> lockFindingOf(const Injection& injection, const FaultScene& scene);

/// The lock that a worker takes first; nothing where there is none.
std::optional<LockState> firstLockOf(std::size_t worker, const FaultScene& scene);

/// What receivers have found that comes of nobody's holding the lock.
RaceCounts racesSoFar(const FaultScene& scene);

} // namespace ipclab
