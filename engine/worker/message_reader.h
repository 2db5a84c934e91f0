#pragma once

#include "engine/measure/sequence_tracker.h"
#include "engine/worker/message_writer.h"
#include "engine/worker/session.h"

#include <cstddef>
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

/// Reads the messages of one stream, checks them as the experiment asks and counts what is wrong in the
/// telemetry page. Opens the measured window of the counts at the first measured message.
class MessageReader final {
public:
    MessageReader(MessageFormat format, Session& session, unsigned stream)
        : m_format(format), m_session(session), m_notes(session.control().notesOf(stream))
    {
    }

    /// Hot path. One that has come before is marked as repeated, and as neither measured nor stamped: it
    /// counts as that only.
    Incoming read(std::span<const std::byte> message)
    {
        Incoming incoming = decode(message);
        if (incoming.has(measuredFlag) && !m_isMeasuring) [[unlikely]]
            beginMeasuring();
        if (m_format.integrity != Integrity::Off || incoming.has(farewellFlag)) [[likely]]
            incoming.flags = follow(incoming.sequence, incoming.flags);
        return incoming;
    }

    /// Only what stands in the message, without a thought to the others. A damaged one is counted as corrupt.
    Incoming decode(std::span<const std::byte> message) const
    {
        return message.size() >= smallestHeadedMessage && m_format.layout != Layout::CountOnly
                   ? readHeaded(message)
                   : readBare(message);
    }
    /// Tells decode() which number should come next, for who follows the numbers himself.
    void expect(std::uint64_t sequence) { m_tracker = SequenceTracker(sequence); }

    /// It has been said, but has not come: what is missing up to this number is lost.
    void noteFarewell(std::uint64_t sequence) { follow(sequence, farewellFlag | measuredFlag); }

    /// Whether a message counts: it does unless it is a straggler of the warm-up.
    bool counts(const Incoming& incoming) const { return !m_isMeasuring || incoming.has(measuredFlag); }

private:
    Incoming readHeaded(std::span<const std::byte> message) const
    {
        // Field by field: a copy of the whole header would be written and read again in pieces of different
        // widths.
        const auto sequence = at<std::uint64_t>(message, offsetof(MessageHeader, sequence));
        if (m_format.integrity != Integrity::Off) [[likely]]
            if (!isIntact(message, sequence)) [[unlikely]]
                m_session.telemetry().add(Counter::Corrupt);
        return {sequence, at<std::uint16_t>(message, offsetof(MessageHeader, flags)),
                Nanoseconds(at<std::int64_t>(message, offsetof(MessageHeader, intended))),
                Nanoseconds(at<std::int64_t>(message, offsetof(MessageHeader, sent)))};
    }

    template <typename Number>
    static Number at(std::span<const std::byte> message, std::size_t offset)
    {
        Number number;
        std::memcpy(&number, message.data() + offset, sizeof number);
        return number;
    }

    bool isIntact(std::span<const std::byte> message, std::uint64_t sequence) const
    {
        if (at<std::uint64_t>(message, message.size() - tailSize) != tailOf(sequence) ||
            at<std::uint32_t>(message, offsetof(MessageHeader, size)) != message.size())
            return false;
        return m_format.integrity != Integrity::Full || checksumIsRight(message, sequence);
    }

    static bool checksumIsRight(std::span<const std::byte> message, std::uint64_t sequence);
    Incoming readBare(std::span<const std::byte> message) const;
    void beginMeasuring();
    std::uint16_t follow(std::uint64_t sequence, std::uint16_t flags)
    {
        if (m_tracker.followExpected(sequence)) [[likely]]
            return flags;
        return count(m_tracker.follow(sequence), flags);
    }
    /// Returns the flags that the message has now.
    std::uint16_t count(const SequenceVerdict& verdict, std::uint16_t flags);

    MessageFormat m_format;
    Session& m_session;
    StreamNotes& m_notes;
    SequenceTracker m_tracker;
    bool m_isMeasuring = false;
};

} // namespace ipclab
