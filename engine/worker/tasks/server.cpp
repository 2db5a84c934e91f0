#include "engine/worker/inlets.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/tasks/tasks.h"

#include <cstring>
#include <deque>

namespace ipclab {

namespace {

/// Where the answers to one client go.
class AnswerEnd final {
public:
    AnswerEnd(Session& session, const Session::End& end)
        : m_session(session), m_endpoint(*end.endpoint), m_waiter(session, end, Window::WaitingToSend)
    {
    }

    /// The question itself is the answer.
    Outcome send(std::span<const std::byte> message)
    {
        const Reservation reservation = m_waiter.complete(
            [this, &message](Deadline deadline) { return m_endpoint.reserve(message.size(), deadline); });
        if (reservation.outcome != Outcome::Done)
            return reservation.outcome;
        std::memcpy(reservation.place, message.data(), message.size());
        return m_waiter.complete([this](Deadline deadline) { return m_endpoint.commit(deadline); });
    }

    void noteEnd(Outcome outcome)
    {
        if (outcome == Outcome::PeerClosed)
            m_session.notePeerClosed(m_endpoint);
    }

private:
    Session& m_session;
    Endpoint& m_endpoint;
    Waiter m_waiter;
};

} // namespace

void runServer(Session& session)
{
    Inlets inlets(session);
    std::deque<AnswerEnd> clients; // in the same order as the senders of the inlets
    for (const Session::End& end : session.sendingEnds())
        clients.emplace_back(session, end);
    ReceiverWork work(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    Inlets::Arrival question;
    while (inlets.receive(question)) {
        work.perform();
        const Outcome outcome = clients[question.sender].send(question.message);
        if (outcome == Outcome::Done) [[likely]]
            session.telemetry().add(Counter::Sent);
        else
            clients[question.sender].noteEnd(outcome); // this client has gone; the others go on
    }
}

} // namespace ipclab
