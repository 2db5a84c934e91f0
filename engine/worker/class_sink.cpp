#include "engine/worker/class_sink.h"

#include "engine/worker/latency_record.h"
#include "engine/worker/message_source.h"

#include <algorithm>

namespace ipclab {

ClassSink::ClassSink(Session& session, ClassDraw draw)
    : m_session(session), m_endpoint(*session.receivingEnd().endpoint),
      m_notes(session.control().notesOf(session.receivingEnd().plan->streams.receives)),
      m_waiter(session, session.receivingEnd(), Window::WaitingToReceive),
      m_reader(formatOf(session), session, session.receivingEnd().plan->streams.receives),
      m_tracker(std::move(draw))
{
}

bool ClassSink::receive(MessageSink::Arrival& arrival)
{
    m_session.lookUp();
    const Received received =
        m_waiter.complete([this](Deadline deadline) { return m_endpoint.receive(deadline); });
    if (received.outcome != Outcome::Done) [[unlikely]] {
        m_session.noteUndone(received.outcome, m_endpoint);
        return false;
    }
    m_class = std::min(m_endpoint.receivedClass(), m_tracker.classes() - 1);
    arrival.message = received.message;
    arrival.incoming = read(received.message);
    if (arrival.incoming.has(farewellFlag)) [[unlikely]]
        return false;
    m_verdict = m_tracker.follow(arrival.incoming.sequence, m_class);
    count(arrival.incoming, received.message.size());
    return true;
}

/// What is too small for a header carries only the low bytes of its number: the rest is known from the
/// class's next. After the last message of a class nothing can come in it but the farewell.
Incoming ClassSink::read(std::span<const std::byte> message)
{
    const std::uint64_t farewell = m_notes.farewellPlusOne.load(std::memory_order_acquire) - 1;
    m_reader.expect(std::min(m_tracker.expected(m_class), farewell));
    return m_reader.decode(message);
}

void ClassSink::count(const Incoming& incoming, std::size_t size)
{
    if (incoming.has(measuredFlag) && !m_isMeasuring) [[unlikely]] {
        m_isMeasuring = true;
        m_session.beginCounts();
    }
    if (m_session.experiment().measure.integrity != Integrity::Off)
        countVerdict(m_verdict);
    TelemetryWriter& telemetry = m_session.telemetry();
    if (m_isMeasuring && !incoming.has(measuredFlag))
        return telemetry.add(Counter::Straggled); // of the warm-up
    telemetry.countReceived(size);
    if (!m_isMeasuring)
        return;
    ClassBlock& block = telemetry.classBlock(m_class);
    ClassBlock::increment(block.received);
    if (m_verdict.hasOvertaken)
        ClassBlock::increment(block.overtaking);
    if (m_verdict.wasOvertaken)
        ClassBlock::increment(block.overtaken);
    const std::uint64_t first = m_notes.firstMeasuredPlusOne.load(std::memory_order_relaxed) - 1;
    telemetry.deliveryOrder().note({incoming.sequence - first, m_class});
}

void ClassSink::countVerdict(const ClassVerdict& verdict)
{
    TelemetryWriter& telemetry = m_session.telemetry();
    if (!verdict.isOfTheClass)
        telemetry.add(Counter::Corrupt);
    if (verdict.sequence.isAsExpected()) [[likely]]
        return;
    telemetry.add(Counter::Lost, verdict.sequence.newlyLost);
    if (verdict.sequence.isReordered) {
        telemetry.add(Counter::Reordered);
        telemetry.subtract(Counter::Lost);
    }
    if (verdict.sequence.isRepeated)
        telemetry.add(Counter::Repeated);
}

void ClassSink::recordLatency(const Incoming& incoming)
{
    if (m_isMeasuring && !incoming.has(measuredFlag))
        return; // a straggler of the warm-up
    const Nanoseconds received = now();
    ipclab::recordLatency(m_session, incoming, m_session.receivingEnd().plan->streams.receives, received);
    if (!incoming.has(measuredFlag))
        return;
    ClassBlock& block = m_session.telemetry().classBlock(m_class);
    block.response.record(elapsed(incoming.intended, received));
    block.service.record(elapsed(incoming.sent, received));
}

} // namespace ipclab
