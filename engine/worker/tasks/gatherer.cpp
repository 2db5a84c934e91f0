#include "engine/worker/inlets.h"
#include "engine/worker/latency_record.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/tasks/tasks.h"

namespace ipclab {

void runGatherer(Session& session)
{
    Inlets inlets(session);
    const ReceiverWork work(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    Inlets::Arrival arrival;
    while (inlets.receive(arrival)) {
        if (arrival.incoming.has(stampedFlag) && arrival.counts)
            recordLatency(session, arrival.incoming, arrival.stream);
        work.perform();
    }
}

} // namespace ipclab
