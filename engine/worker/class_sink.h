#pragma once

#include "engine/measure/class_tracker.h"
#include "engine/worker/message_reader.h"
#include "engine/worker/message_sink.h"

namespace ipclab {

/// The receiving half of a receiver where messages of several classes may overtake each other: what
/// MessageSink does, class by class, and who overtook whom.
class ClassSink final {
public:
    ClassSink(Session& session, ClassDraw draw);

    /// As MessageSink::receive(). Hot path.
    bool receive(MessageSink::Arrival& arrival);
    /// As MessageSink::recordLatency(), for the message that was received last.
    void recordLatency(const Incoming& incoming);

private:
    Incoming read(std::span<const std::byte> message);
    void count(const Incoming& incoming, std::size_t size);
    void countVerdict(const ClassVerdict& verdict);

    Session& m_session;
    Endpoint& m_endpoint;
    StreamNotes& m_notes;
    Waiter m_waiter;
    MessageReader m_reader;
    ClassTracker m_tracker;
    unsigned m_class = 0; ///< of the message that was received last
    ClassVerdict m_verdict;
    bool m_isMeasuring = false;
};

} // namespace ipclab
