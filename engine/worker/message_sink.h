#pragma once

#include "engine/worker/message_reader.h"
#include "engine/worker/waiter.h"

#include <optional>
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

    /// Waits for the next message; nothing when there will be none: the sender said farewell or has gone, or the worker must
    /// leave. A truncated message is counted.
    std::optional<Arrival> receive();

    /// The time it is with that stamped message received: to be called at once after receive().
    void recordLatency(const Incoming& incoming);

private:
    Session& m_session;
    Endpoint& m_endpoint;
    Waiter m_waiter;
    MessageReader m_reader;
};

} // namespace ipclab
