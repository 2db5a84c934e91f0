#include "engine/worker/message_sink.h"
#include "engine/worker/message_source.h"
#include "engine/worker/tasks.h"

namespace ipclab {

void runAsker(Session& session)
{
    MessageSource source(session);
    MessageSink sink(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    Outgoing question;
    MessageSink::Arrival answer;
    while (source.awaitNext(question)) {
        if (source.send(question) != Outcome::Done)
            return;
        if (!sink.receive(answer))
            return;
        if ((question.flags & stampedFlag) != 0)
            sink.recordLatency({question.sequence, question.flags, question.intended, question.sent});
    }
    session.endWindow();
    source.sayFarewell();
}

} // namespace ipclab
