#pragma once

#include "engine/base/deadline.h"

#include <functional>
#include <initializer_list>

namespace ipclab {

/// How long a worker waits for its peer before it gives up.
inline constexpr Nanoseconds patienceWithPeer = std::chrono::seconds(10);

/// Repeats a system call every millisecond for as long as it fails with one of `refusals`, which mean that
/// the peer has not come yet, and tells `refused` of each. Returns what the call returned in the end, with
/// its errno: a refusal still after ten seconds.
int persistUntilPeer(const std::function<int()>& call, std::initializer_list<int> refusals,
                     const std::function<void(int)>& refused);

/// Waits until `descriptor` says by becoming readable that the peer is there. Throws FailureError if it has
/// not by the deadline, ten seconds after the waiting began.
void awaitPeer(int descriptor, Deadline deadline);

} // namespace ipclab
