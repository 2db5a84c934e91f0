#pragma once

#include "engine/measure/control_page.h"
#include "engine/measure/message.h"

#include <cstring>
#include <span>

namespace ipclab {

enum class Layout {
    Whole,     ///< headed, or bare where there is no room for a head
    Pieces,    ///< records of stamped pieces
    CountOnly, ///< no byte of it arrives
};

/// How messages are written and read in one run.
struct MessageFormat {
    Layout layout = Layout::Whole;
    Integrity integrity = Integrity::Sequence;
};

struct Outgoing {
    std::uint64_t sequence = 0;
    std::size_t size = 0; ///< bytes
    std::uint16_t flags = 0;
    Nanoseconds intended{};
    Nanoseconds sent{};
};

/// Writes the messages of one stream into the places that an endpoint lends. `sender` tells apart those that
/// share a channel.
class MessageWriter final {
public:
    MessageWriter(MessageFormat format, StreamNotes& notes, std::uint16_t sender)
        : m_format(format), m_notes(notes), m_sender(sender)
    {
    }

    /// Hot path. Of the payload only what integrity asks for is touched.
    void write(std::span<std::byte> message, const Outgoing& outgoing)
    {
        if (message.size() >= smallestHeadedMessage && m_format.layout == Layout::Whole) [[likely]]
            writeHeaded(message, outgoing);
        else // field by field: a copy of the whole would keep it in memory, in the hot path too
            writeOtherwise(message, {.sequence = outgoing.sequence,
                                     .size = outgoing.size,
                                     .flags = outgoing.flags,
                                     .intended = outgoing.intended,
                                     .sent = outgoing.sent});
    }

    /// Before the first message of the measured window.
    void noteFirstMeasured(std::uint64_t sequence)
    {
        m_notes.firstMeasuredPlusOne.store(sequence + 1, std::memory_order_release);
    }

    /// As it was noted.
    std::uint64_t firstMeasured() const
    {
        return m_notes.firstMeasuredPlusOne.load(std::memory_order_relaxed) - 1;
    }

private:
    void writeHeaded(std::span<std::byte> message, const Outgoing& outgoing)
    {
        // In two stores (see Reservation), put together in registers: in memory it would be read wider than
        // it was written (see MessageSource).
        const std::uint64_t rest =
            message.size() | std::uint64_t{m_sender} << 32 | std::uint64_t{outgoing.flags} << 48;
        storePair(message.data(), outgoing.sequence, static_cast<std::uint64_t>(outgoing.intended.count()));
        storePair(message.data() + offsetof(MessageHeader, sent),
                  static_cast<std::uint64_t>(outgoing.sent.count()), rest);
        if (m_format.integrity == Integrity::Off)
            return;
        if (m_format.integrity == Integrity::Full)
            writePayload(message, outgoing.sequence);
        const std::uint64_t tail = tailOf(outgoing.sequence);
        std::memcpy(message.data() + message.size() - tailSize, &tail, tailSize);
    }

    static void storePair(std::byte* place, std::uint64_t low, std::uint64_t high)
    {
        using Pair [[gnu::vector_size(16)]] = std::uint64_t;
        const Pair pair{low, high};
        std::memcpy(place, &pair, sizeof pair);
    }

    void writeOtherwise(std::span<std::byte> message, const Outgoing& outgoing);
    void writeBare(std::span<std::byte> message, const Outgoing& outgoing);
    void writePieces(std::span<std::byte> record, const Outgoing& outgoing) const;
    static void writePayload(std::span<std::byte> message, std::uint64_t sequence);

    MessageFormat m_format;
    StreamNotes& m_notes;
    std::uint16_t m_sender;
};

/// The checksum of a fully checked message: XXH3 over its payload, seeded with its sequence.
std::uint64_t payloadChecksum(std::span<const std::byte> message, std::uint64_t sequence);

/// The eight bytes before the tail, where the checksum stands.
inline std::size_t checksumOffset(std::size_t size)
{
    return size - tailSize - checksumSize;
}

} // namespace ipclab
