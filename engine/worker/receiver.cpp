#include "engine/worker/message_sink.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/tasks.h"

namespace ipclab {

void runReceiver(Session& session)
{
    MessageSink sink(session);
    const ReceiverWork work(session.experiment().receiverWork);
    // Hot path: no allocation, no logging, no exception in the normal case.
    MessageSink::Arrival arrival;
    while (sink.receive(arrival)) {
        if (arrival.incoming.has(stampedFlag))
            sink.recordLatency(arrival.incoming);
        work.perform();
    }
}

} // namespace ipclab
