#pragma once

#include "engine/base/deadline.h"
#include "engine/mechanisms/endpoint.h"

namespace ipclab {

/// Sleeps in ppoll(2) until `descriptor` has one of `events` or an error (Done), or says why not: WouldBlock
/// at once with Deadline::immediately(), TimedOut, or Interrupted.
Outcome waitForEvents(int descriptor, short events, Deadline deadline);

/// Sleeps for some 50 µs, for those who look again and again and whom nobody wakes: Done, or WouldBlock,
/// TimedOut and Interrupted as above.
Outcome nap(Deadline deadline);

} // namespace ipclab
