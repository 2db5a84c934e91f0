#include "engine/worker/message_source.h"
#include "engine/worker/tasks.h"

namespace ipclab {

void runSender(Session& session)
{
    MessageSource source(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    Outgoing outgoing;
    while (source.awaitNext(outgoing)) {
        const Outcome outcome = source.send(outgoing);
        if (outcome == Outcome::Done) [[likely]]
            continue;
        if (outcome == Outcome::PeerClosed)
            session.telemetry().countError(EPIPE);
        return;
    }
    session.endWindow();
    source.sayFarewell();
}

} // namespace ipclab
