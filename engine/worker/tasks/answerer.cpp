#include "engine/worker/message_sink.h"
#include "engine/worker/pass_on.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/tasks/tasks.h"

namespace ipclab {

void runAnswerer(Session& session)
{
    MessageSink sink(session);
    Endpoint& endpoint = *session.sendingEnd().endpoint;
    Waiter waiter(session, session.sendingEnd(), Window::WaitingToSend);
    ReceiverWork work(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    MessageSink::Arrival question;
    while (sink.receive(question)) {
        work.perform();
        if (const Outcome outcome = passOn(question.message, endpoint, waiter); outcome != Outcome::Done)
            return session.noteUndone(outcome, endpoint);
        session.telemetry().add(Counter::Sent);
    }
}

} // namespace ipclab
