#include "engine/worker/class_sink.h"
#include "engine/worker/message_sink.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/tasks/tasks.h"

namespace ipclab {

namespace {

void receive(Session& session, auto& sink)
{
    ReceiverWork work(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    MessageSink::Arrival arrival;
    while (sink.receive(arrival)) {
        if (arrival.incoming.has(stampedFlag))
            sink.recordLatency(arrival.incoming);
        work.perform();
    }
}

} // namespace

void runReceiver(Session& session)
{
    if (session.experiment().reads == ReadOrder::AfterSender)
        session.awaitEndOf(session.receivingEnd().plan->peers);
    constexpr unsigned theOnlySender = 0; // only a pair may have classes
    if (std::optional<ClassDraw> draw = session.classDraw(theOnlySender)) {
        ClassSink sink(session, std::move(*draw));
        receive(session, sink);
    } else {
        MessageSink sink(session);
        receive(session, sink);
    }
}

} // namespace ipclab
