#include "engine/worker/latency_record.h"
#include "engine/worker/message_reader.h"
#include "engine/worker/outlet.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/tasks/tasks.h"
#include "engine/worker/waiter.h"

namespace ipclab {

namespace {

/// Takes messages from a channel from which others take as well. What one of them misses another has, so
/// nobody can tell by himself what was lost: each notes in memory that they share which numbers have been
/// taken, and how far.
class Competitor final {
public:
    explicit Competitor(Session& session)
        : m_session(session), m_end(session.receivingEnd()),
          m_waiter(session, m_end, Window::WaitingToReceive),
          m_reader(formatOf(session), session, m_end.plan->streams.receives),
          m_claims(session.experiment().measure.integrity != Integrity::Off)
    {
    }

    struct Arrival {
        Incoming incoming;
        unsigned stream = 0;
        bool counts = true; ///< unless it is a straggler of the warm-up
    };

    /// False at the first farewell: the last of the senders says one for each receiver.
    bool receive(Arrival& arrival)
    {
        m_session.lookUp();
        const Received received =
            m_waiter.complete([this](Deadline deadline) { return m_end.endpoint->receive(deadline); });
        if (received.outcome != Outcome::Done) [[unlikely]] {
            m_session.noteUndone(received.outcome, *m_end.endpoint);
            return false;
        }
        arrival.incoming = m_reader.decode(received.message);
        if (arrival.incoming.has(farewellFlag)) [[unlikely]]
            return false;
        arrival.stream = streamOf(received.message);
        count(arrival, received.message.size());
        return true;
    }

private:
    unsigned streamOf(std::span<const std::byte> message) const
    {
        std::uint16_t sender = 0;
        std::memcpy(&sender, message.data() + offsetof(MessageHeader, sender), sizeof sender);
        const unsigned last = m_end.plan->streams.senders - 1;
        return m_end.plan->streams.receives + std::min<unsigned>(sender, last);
    }

    void count(Arrival& arrival, std::size_t size)
    {
        const bool isMeasured = arrival.incoming.has(measuredFlag);
        if (isMeasured)
            m_session.beginCounts();
        if (m_claims)
            claim(arrival, isMeasured);
        arrival.counts = isMeasured || !m_session.countsHaveBegun();
        if (arrival.counts) {
            m_session.telemetry().countReceived(size);
        } else {
            m_session.telemetry().add(Counter::Straggled);
        }
    }

    void claim(const Arrival& arrival, bool isMeasured)
    {
        StreamNotes& notes = m_session.control().notesOf(arrival.stream);
        const std::uint64_t number = arrival.incoming.sequence + 1;
        if (notes.noteOf(arrival.incoming.sequence)
                    .sequencePlusOne.exchange(number, std::memory_order_relaxed) == number &&
            isMeasured) [[unlikely]]
            m_session.telemetry().add(Counter::Repeated);
        std::uint64_t taken = notes.takenUpTo.load(std::memory_order_relaxed);
        while (taken < number && !notes.takenUpTo.compare_exchange_weak(
                                     taken, number, std::memory_order_release, std::memory_order_relaxed)) {
        }
    }

    Session& m_session;
    Session::End m_end;
    Waiter m_waiter;
    MessageReader m_reader;
    bool m_claims;
};

} // namespace

void runCompetitor(Session& session)
{
    Competitor competitor(session);
    ReceiverWork work(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    Competitor::Arrival arrival;
    while (competitor.receive(arrival)) {
        if (arrival.incoming.has(stampedFlag) && arrival.counts)
            recordLatency(session, arrival.incoming, arrival.stream, now());
        work.perform();
    }
}

} // namespace ipclab
