#pragma once

#include "engine/worker/session.h"

namespace ipclab {

// The hot loops, one per task. Each runs from the common start to the end of its part in the run,
// and blocks meanwhile. Throws EndsOrderedClosed, FailureError or std::system_error.

void runSender(Session& session);
void runReceiver(Session& session);
void runAsker(Session& session);
void runAskerAhead(Session& session);
void runAnswerer(Session& session);
void runSpreader(Session& session);
void runGatherer(Session& session);
void runCompetitor(Session& session);
void runRelay(Session& session);
void runServer(Session& session);
void runDuplex(Session& session);

// Without a run: how much a channel takes while nobody reads.

/// Sends without waiting until there is no room, and counts what went in.
void fillChannel(Session& session);
/// Takes the receiving end and does nothing with it until it is killed.
void holdChannel(Session& session);

} // namespace ipclab
