#include "engine/worker/outlet.h"

namespace ipclab {

MessageFormat formatOf(const Session& session)
{
    const bool isCarried = session.traits().content == Content::Carried;
    const Layout layout = session.sendersInterleave() ? Layout::Pieces
                          : isCarried                 ? Layout::Whole
                                                      : Layout::CountOnly;
    return {layout, session.experiment().measure.integrity};
}

Outlet::Outlet(Session& session, const Session::End& end, ExpiryRule expiry)
    : m_session(session), m_endpoint(*end.endpoint), m_waiter(session, end, Window::WaitingToSend, expiry),
      m_writer(formatOf(session), session.control().notesOf(end.plan->streams.sends),
               static_cast<std::uint16_t>(end.plan->index))
{
}

Outcome Outlet::giveUp(Outcome outcome)
{
    while (outcome == Outcome::TimedOut && !m_endpoint.abandon())
        outcome = m_waiter.complete([this](Deadline deadline) { return m_endpoint.commit(deadline); });
    return outcome;
}

void Outlet::noteEnd(Outcome outcome)
{
    m_session.noteUndone(outcome, m_endpoint);
}

Outcome Outlet::tryTransmit(const Outgoing& outgoing)
{
    if (!m_isWritten) {
        const Reservation reservation = m_endpoint.reserve(outgoing.size, Deadline::immediately());
        if (reservation.outcome != Outcome::Done)
            return reservation.outcome;
        m_writer.write({reservation.place, outgoing.size}, outgoing);
        m_isWritten = true;
    }
    const Outcome outcome = m_endpoint.commit(Deadline::immediately());
    m_isWritten = outcome == Outcome::WouldBlock || outcome == Outcome::Interrupted;
    return outcome;
}

} // namespace ipclab
