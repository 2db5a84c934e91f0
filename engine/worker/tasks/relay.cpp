#include "engine/worker/latency_record.h"
#include "engine/worker/message_sink.h"
#include "engine/worker/outlet.h"
#include "engine/worker/pass_on.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/tasks/tasks.h"

namespace ipclab {

namespace {

/// Takes messages from one channel and passes them on into the next, as they are. What is noted beside the
/// one channel is noted beside the other, and when they were passed on, so that the next can tell how long
/// this way alone took.
class Relay final {
public:
    explicit Relay(Session& session)
        : m_session(session), m_from(session.receivingEnd()), m_to(session.sendingEnd()),
          m_fromWaiter(session, m_from, Window::WaitingToReceive),
          m_toWaiter(session, m_to, Window::WaitingToSend),
          m_reader(formatOf(session), session, m_from.plan->streams.receives),
          m_fromNotes(session.control().notesOf(m_from.plan->streams.receives)),
          m_toNotes(session.control().notesOf(m_to.plan->streams.sends)), m_work(session)
    {
    }

    /// False when there will be nothing more, or nobody to pass it on to.
    bool passOnNext()
    {
        m_session.lookUp();
        const Received received =
            m_fromWaiter.complete([this](Deadline deadline) { return m_from.endpoint->receive(deadline); });
        if (received.outcome != Outcome::Done) [[unlikely]] {
            m_session.noteUndone(received.outcome, *m_from.endpoint);
            return false;
        }
        const Incoming incoming = m_reader.read(received.message);
        if (incoming.has(farewellFlag)) [[unlikely]] {
            passOnFarewell(received.message, incoming);
            return false;
        }
        if (m_reader.counts(incoming)) {
            m_session.telemetry().countReceived(received.message.size());
        }
        if (incoming.has(stampedFlag))
            recordHop(m_session, incoming, m_from.plan->streams.receives);
        m_work.perform();
        noteFor(incoming);
        const Outcome outcome = passOn(received.message, *m_to.endpoint, m_toWaiter);
        if (outcome != Outcome::Done) [[unlikely]] {
            m_session.noteUndone(outcome, *m_to.endpoint);
            return false;
        }
        m_session.telemetry().add(Counter::Sent);
        return true;
    }

private:
    void noteFor(const Incoming& incoming)
    {
        if (incoming.has(measuredFlag) && !std::exchange(m_isMeasuring, true)) [[unlikely]]
            m_toNotes.firstMeasuredPlusOne.store(
                m_fromNotes.firstMeasuredPlusOne.load(std::memory_order_acquire), std::memory_order_release);
        if (!incoming.has(stampedFlag))
            return;
        SideNote& note = m_toNotes.noteOf(incoming.sequence);
        note.intended.store(incoming.intended.count(), std::memory_order_relaxed);
        note.sent.store(incoming.sent.count(), std::memory_order_relaxed);
        note.passedOn.store(now().count(), std::memory_order_relaxed);
        note.sequencePlusOne.store(incoming.sequence + 1, std::memory_order_release);
    }

    /// Where it may get lost it is said some more times, but not until the next has gone: in a ring everybody
    /// would wait.
    void passOnFarewell(std::span<const std::byte> message, const Incoming& farewell)
    {
        constexpr int repetitions = 100;
        constexpr Nanoseconds between = std::chrono::milliseconds(2);
        m_session.endWindow();
        noteFor(farewell);
        m_toNotes.farewellPlusOne.store(farewell.sequence + 1, std::memory_order_release);
        const bool mayBeLost = m_session.traits().loss == Loss::Possible;
        for (int said = 0;
             passOn(message, *m_to.endpoint, m_toWaiter) == Outcome::Done && mayBeLost && said < repetitions;
             ++said) {
            m_session.flush();
            const timespec pause = toTimespec(between);
            ::clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
        }
        m_session.flush();
    }

    Session& m_session;
    Session::End m_from;
    Session::End m_to;
    Waiter m_fromWaiter;
    Waiter m_toWaiter;
    MessageReader m_reader;
    StreamNotes& m_fromNotes;
    StreamNotes& m_toNotes;
    ReceiverWork m_work;
    bool m_isMeasuring = false;
};

} // namespace

void runRelay(Session& session)
{
    Relay relay(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    while (relay.passOnNext()) {
    }
}

} // namespace ipclab
