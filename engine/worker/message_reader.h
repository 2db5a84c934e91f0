#pragma once

#include "engine/measure/sequence_tracker.h"
#include "engine/worker/message_writer.h"
#include "engine/worker/session.h"

#include <cstring>
#include <span>

namespace ipclab {

/// What the receiver learns from one message.
struct Incoming {
    std::uint64_t sequence = 0;
    std::uint16_t flags = 0;
    Nanoseconds intended{};
    Nanoseconds sent{};

    bool has(MessageFlag flag) const { return (flags & flag) != 0; }
};

/// Reads one sender's messages, checks them as the experiment asks and counts what is wrong in the telemetry page. Opens the
/// measured window of the counts at the first measured message.
class MessageReader final {
public:
    MessageReader(MessageFormat format, Session& session) : m_format(format), m_session(session) {}

    /// Hot path.
    Incoming read(std::span<const std::byte> message)
    {
        Incoming incoming = message.size() >= smallestHeadedMessage && m_format.content == Content::Carried
            ? readHeaded(message)
            : readBare(message);
        if (incoming.has(measuredFlag) && !m_isMeasuring) [[unlikely]]
            beginMeasuring();
        if (m_format.integrity != Integrity::Off || incoming.has(farewellFlag))
            follow(incoming.sequence, incoming.has(farewellFlag));
        return incoming;
    }

    /// Whether a message counts: it does unless it is a straggler of the warm-up.
    bool counts(const Incoming& incoming) const { return !m_isMeasuring || incoming.has(measuredFlag); }

private:
    Incoming readHeaded(std::span<const std::byte> message)
    {
        MessageHeader header;
        std::memcpy(&header, message.data(), sizeof header);
        if (m_format.integrity != Integrity::Off && !isIntact(message, header)) [[unlikely]]
            m_session.telemetry().add(Counter::Corrupt);
        return {header.sequence, header.flags, Nanoseconds(header.intended), Nanoseconds(header.sent)};
    }

    bool isIntact(std::span<const std::byte> message, const MessageHeader& header) const
    {
        std::uint64_t tail = 0;
        std::memcpy(&tail, message.data() + message.size() - tailSize, tailSize);
        if (tail != tailOf(header.sequence) || header.size != message.size())
            return false;
        return m_format.integrity != Integrity::Full || checksumIsRight(message, header.sequence);
    }

    static bool checksumIsRight(std::span<const std::byte> message, std::uint64_t sequence);
    Incoming readBare(std::span<const std::byte> message) const;
    void beginMeasuring();
    void follow(std::uint64_t sequence, bool isFarewell);

    MessageFormat m_format;
    Session& m_session;
    SequenceTracker m_tracker;
    bool m_isMeasuring = false;
};

} // namespace ipclab
