#pragma once

#include "engine/worker/message_reader.h"

namespace ipclab {

/// In nanoseconds; 0 where a clock seems to have gone back.
std::uint64_t elapsed(Nanoseconds from, Nanoseconds to);

/// Notes in the telemetry page how long a stamped message has taken that was `received` at that moment: since
/// it was due, since it was sent, and where relays passed it on since the last of them did. `stream` is the
/// one it came by.
void recordLatency(Session& session, const Incoming& incoming, unsigned stream, Nanoseconds received);

/// Only the way from the relay or the sender before this worker.
void recordHop(Session& session, const Incoming& incoming, unsigned stream);

} // namespace ipclab
