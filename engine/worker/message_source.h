#pragma once

#include "engine/worker/message_writer.h"
#include "engine/worker/pacer.h"
#include "engine/worker/stamp_rhythm.h"
#include "engine/worker/waiter.h"

#include <memory>
#include <optional>

namespace ipclab {

/// The sending half of a sender and of an asker: paces, writes, stamps, sends and counts messages.
class MessageSource final {
public:
    explicit MessageSource(Session& session);

    /// Waits until the next message is due; nothing when the window is over or enough have been sent.
    std::optional<Outgoing> awaitNext();
    /// Sends it. Anything but Done means that the source is dry: the peer has gone or the worker must leave.
    Outcome send(const Outgoing& outgoing);
    /// The last word, not counted.
    void sayFarewell();

private:
    void beginMeasuring();
    Outcome transmit(const Outgoing& outgoing);

    Session& m_session;
    Endpoint& m_endpoint;
    Waiter m_waiter;
    MessageWriter m_writer;
    StampRhythm m_rhythm;
    std::unique_ptr<Pacer> m_pacer; ///< none in a closed loop
    std::size_t m_size;
    std::uint64_t m_sequence = 0;
    std::uint64_t m_end; ///< the sequence to stop before
    bool m_isMeasuring = false;
};

/// How this run's messages are written and read.
MessageFormat formatOf(const Session& session);

} // namespace ipclab
