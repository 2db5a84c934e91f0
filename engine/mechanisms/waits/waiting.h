#pragma once

#include "engine/base/deadline.h"
#include "engine/mechanisms/endpoint.h"

namespace ipclab {

/// Sleeps in ppoll(2) until `descriptor` has one of `events` or an error (Done), or says why not: WouldBlock
/// at once with Deadline::immediately(), TimedOut, or Interrupted.
Outcome waitForEvents(int descriptor, short events, Deadline deadline);

/// Whether the descriptor becomes readable in time, whatever signals come meanwhile.
bool becomesReadable(int descriptor, Deadline deadline);

/// Whether an error says that nobody is at the other end any more: of a pipe, of a socket.
bool meansPipeClosed(int error);
bool meansSocketClosed(int error);

/// Which events of which descriptor a transfer waits for, and what says that there will be none.
struct Readiness {
    int descriptor;
    short events;
    bool (*meansClosed)(int error) = nullptr; ///< one of the above; null for what has no other end
};

/// What a read or write that failed means by errno. Where it would block, sleeps as above and counts the
/// call: Done says to try again. PeerClosed where nobody is at the other end, noted in the counts; throws
/// std::system_error for the rest.
Outcome afterFailedTransfer(const char* call, Readiness awaited, Deadline deadline, TransferCounts& counts);

/// Sleeps for some 50 µs, for those who look again and again and whom nobody wakes: Done, or WouldBlock,
/// TimedOut and Interrupted as above.
Outcome nap(Deadline deadline);

} // namespace ipclab
