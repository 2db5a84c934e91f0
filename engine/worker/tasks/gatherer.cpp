#include "engine/worker/inlets.h"
#include "engine/worker/latency_record.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/record_sink.h"
#include "engine/worker/tasks/tasks.h"

namespace ipclab {

namespace {

template <typename Sink>
void gather(Session& session)
{
    Sink sink(session);
    ReceiverWork work(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    typename Sink::Arrival arrival;
    while (sink.receive(arrival)) {
        if (arrival.incoming.has(stampedFlag) && arrival.counts)
            recordLatency(session, arrival.incoming, arrival.stream, now());
        work.perform();
    }
}

} // namespace

void runGatherer(Session& session)
{
    session.sendersInterleave() ? gather<RecordSink>(session) : gather<Inlets>(session);
}

} // namespace ipclab
