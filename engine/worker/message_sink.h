#pragma once

#include "engine/worker/message_reader.h"
#include "engine/worker/waiter.h"

#include <span>

namespace ipclab {

/// The receiving half of a receiver, an asker and an answerer: receives, checks, counts.
class MessageSink final {
public:
    explicit MessageSink(Session& session);

    struct Arrival {
        Incoming incoming;
        std::span<const std::byte> message; ///< valid until the next receive()
    };

    /// Waits for the next message; false when there will be none: the sender said farewell or has gone, or
    /// the worker must leave. A truncated message is counted. Hot path; inline, so that what it learns stays
    /// in registers.
    [[gnu::always_inline]] bool receive(Arrival& arrival)
    {
        m_session.lookUp();
        m_waiter.forgetWait();
        const Received received =
            m_waiter.complete([this](Deadline deadline) { return m_endpoint.receive(deadline); });
        if (received.outcome != Outcome::Done) [[unlikely]] {
            m_session.noteUndone(received.outcome, m_endpoint);
            return false;
        }
        Incoming incoming = m_reader.read(received.message);
        if (incoming.has(farewellFlag)) [[unlikely]]
            return false;
        if (incoming.has(measuredFlag) || !m_session.countsHaveBegun()) [[likely]] {
            m_session.telemetry().countReceived(received.message.size());
        } else {
            incoming.flags = noteUncounted(incoming.flags);
        }
        // Field by field: copied as a whole it would be read wider than it has just been written (see
        // MessageSource).
        arrival.incoming.sequence = incoming.sequence;
        arrival.incoming.flags = incoming.flags;
        arrival.incoming.intended = incoming.intended;
        arrival.incoming.sent = incoming.sent;
        arrival.message = {received.message.data(), received.message.size()};
        return true;
    }

    /// That a stamped message has been received: to be called at once after receive().
    void recordLatency(const Incoming& incoming);

private:
    /// One of the warm-up, also an answer to a question from before; or one that has come before. Its time is
    /// no latency of the measured window. Returns the flags that it has now.
    std::uint16_t noteUncounted(std::uint16_t flags);

    Session& m_session;
    Endpoint& m_endpoint;
    Waiter m_waiter;
    MessageReader m_reader;
    unsigned m_stream;
};

} // namespace ipclab
