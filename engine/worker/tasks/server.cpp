#include "engine/worker/inlets.h"
#include "engine/worker/pass_on.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/tasks/tasks.h"

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
    void send(std::span<const std::byte> message)
    {
        const Outcome outcome = passOn(message, m_endpoint, m_waiter);
        if (outcome == Outcome::Done) [[likely]]
            m_session.telemetry().add(Counter::Sent);
        else
            m_session.noteUndone(outcome, m_endpoint); // this client has gone; the others go on
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
        clients[question.sender].send(question.message);
    }
}

} // namespace ipclab
