#pragma once

#include "engine/worker/message_writer.h"
#include "engine/worker/waiter.h"

namespace ipclab {

/// One end to send into: waits for room, writes the message in its place and sends it.
class Outlet final {
public:
    /// What comes of a message that cannot be sent within the experiment's deadline.
    Outlet(Session& session, const Session::End& end, ExpiryRule expiry = ExpiryRule::Retry);

    /// Waits as long as it takes. Anything but Done means that it is of no use any more: the peers have gone,
    /// or the worker must leave. But with `Skip` TimedOut says that the message was given up. Hot path.
    [[gnu::always_inline]] Outcome transmit(const Outgoing& outgoing)
    {
        const Reservation reservation = m_waiter.complete(
            [this, size = outgoing.size](Deadline deadline) { return m_endpoint.reserve(size, deadline); });
        if (reservation.outcome != Outcome::Done) [[unlikely]]
            return reservation.outcome;
        m_writer.write({reservation.place, outgoing.size}, outgoing);
        const Outcome outcome =
            m_waiter.complete([this](Deadline deadline) { return m_endpoint.commit(deadline); });
        if (outcome != Outcome::Done) [[unlikely]]
            return giveUp(outcome);
        return outcome;
    }

    /// Never blocks. After WouldBlock again with the same message.
    Outcome tryTransmit(const Outgoing& outgoing);

    /// After an outcome that was not Done: counts the errno by which the kernel said that the peers have
    /// gone, if it did.
    void noteEnd(Outcome outcome);

    /// As Endpoint::setClass().
    void setClass(unsigned messageClass) { m_endpoint.setClass(messageClass); }

    /// Before the first message of the measured window.
    void noteFirstMeasured(std::uint64_t sequence) { m_writer.noteFirstMeasured(sequence); }
    /// As it was noted.
    std::uint64_t firstMeasured() const { return m_writer.firstMeasured(); }

private:
    /// A message of which part is in the channel has to be finished all the same.
    Outcome giveUp(Outcome outcome);

    Session& m_session;
    Endpoint& m_endpoint;
    Waiter m_waiter;
    MessageWriter m_writer;
    bool m_isWritten = false; ///< by tryTransmit, but not sent yet
};

/// How this run's messages are written and read.
MessageFormat formatOf(const Session& session);

} // namespace ipclab
