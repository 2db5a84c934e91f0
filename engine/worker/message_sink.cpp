#include "engine/worker/message_sink.h"

#include "engine/worker/message_source.h"

#include <algorithm>

namespace ipclab {

namespace {

std::uint64_t elapsed(Nanoseconds from, Nanoseconds to)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, (to - from).count()));
}

} // namespace

MessageSink::MessageSink(Session& session)
    : m_session(session), m_endpoint(session.receivingEnd()), m_waiter(session, m_endpoint, Window::WaitingToReceive),
      m_reader(formatOf(session), session)
{
}

void MessageSink::recordLatency(const Incoming& incoming)
{
    const Nanoseconds received = now();
    m_session.telemetry().response().record(elapsed(incoming.intended, received));
    m_session.telemetry().service().record(elapsed(incoming.sent, received));
    if (incoming.has(measuredFlag))
        m_session.telemetry().setLastReceived(received);
    m_session.publishTransferCounts();
}

} // namespace ipclab
