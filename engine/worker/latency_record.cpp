#include "engine/worker/latency_record.h"

#include "engine/experiment/shape.h"

#include <algorithm>

namespace ipclab {

namespace {

void recordHopUntil(Session& session, const Incoming& incoming, unsigned stream, Nanoseconds received)
{
    const SideNote& note = session.control().notesOf(stream).noteOf(incoming.sequence);
    const bool isNoted = note.sequencePlusOne.load(std::memory_order_acquire) == incoming.sequence + 1;
    const Nanoseconds passedOn(isNoted ? note.passedOn.load(std::memory_order_relaxed) : 0);
    session.telemetry().hop().record(
        elapsed(passedOn == Nanoseconds::zero() ? incoming.sent : passedOn, received));
}

} // namespace

std::uint64_t elapsed(Nanoseconds from, Nanoseconds to)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, (to - from).count()));
}

void recordLatency(Session& session, const Incoming& incoming, unsigned stream, Nanoseconds received)
{
    session.telemetry().response().record(elapsed(incoming.intended, received));
    session.telemetry().service().record(elapsed(incoming.sent, received));
    if (hasRelays(session.experiment().shape.kind))
        recordHopUntil(session, incoming, stream, received);
    if (incoming.has(measuredFlag))
        session.telemetry().setLastReceived(received);
    session.publishTransferCounts();
}

void recordHop(Session& session, const Incoming& incoming, unsigned stream)
{
    recordHopUntil(session, incoming, stream, now());
    session.publishTransferCounts();
}

} // namespace ipclab
