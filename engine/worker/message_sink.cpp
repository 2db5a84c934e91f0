#include "engine/worker/message_sink.h"

#include "engine/worker/latency_record.h"
#include "engine/worker/outlet.h"

namespace ipclab {

MessageSink::MessageSink(Session& session)
    : m_session(session), m_endpoint(*session.receivingEnd().endpoint),
      m_waiter(session, session.receivingEnd(), Window::WaitingToReceive),
      m_reader(formatOf(session), session, session.receivingEnd().plan->streams.receives),
      m_stream(session.receivingEnd().plan->streams.receives)
{
    const CounterValues& before = session.countsBefore(); // what the one that died had taken of the channel
    m_reader.expect(before[Counter::Received] + before[Counter::Straggled] + before[Counter::Lost] -
                    before[Counter::Repeated]);
}

std::uint16_t MessageSink::noteUncounted(std::uint16_t flags)
{
    if ((flags & repeatedFlag) == 0)
        m_session.telemetry().add(Counter::Straggled);
    return static_cast<std::uint16_t>(flags & ~stampedFlag);
}

void MessageSink::recordLatency(const Incoming& incoming)
{
    const Nanoseconds waitedUntil = m_waiter.waitedUntil();
    // Who waited for it has read the clock when it came: once more would cost a round trip over memory a
    // tenth.
    ipclab::recordLatency(m_session, incoming, m_stream,
                          waitedUntil != Nanoseconds::zero() ? waitedUntil : now());
}

} // namespace ipclab
