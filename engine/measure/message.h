#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace ipclab {

/// How closely the receiver looks at what arrives.
enum class Integrity {
    Off,
    Sequence, ///< the sequence number at the head and at the tail of every message
    Full,     ///< besides, the payload is written anew for each message and its XXH3 checked
};

enum MessageFlag : std::uint16_t {
    measuredFlag = 1, ///< sent inside the measured window
    stampedFlag = 2,  ///< carries its times
    farewellFlag = 4, ///< the sender's last word, not counted as a message
    repeatedFlag = 8, ///< in no message: the receiver's note that this one has come before
};

/// The head of every message that has room for it. In native byte order: both ends are on one host.
struct MessageHeader {
    std::uint64_t sequence = 0; ///< of its sender, from 0, warm-up included
    std::int64_t intended = 0;  ///< nanoseconds of CLOCK_MONOTONIC when it was due; valid if stamped
    std::int64_t sent = 0;      ///< when the sender turned to it; valid if stamped
    std::uint32_t size = 0;     ///< bytes of the whole message
    std::uint16_t sender = 0;
    std::uint16_t flags = 0;
};
static_assert(sizeof(MessageHeader) == 32 && std::is_trivially_copyable_v<MessageHeader>);
static_assert(std::endian::native == std::endian::little); // where it is written in wider pieces
static_assert(offsetof(MessageHeader, sender) == 28 && offsetof(MessageHeader, flags) == 30);

inline constexpr std::size_t tailSize = sizeof(std::uint64_t);
inline constexpr std::size_t checksumSize = sizeof(std::uint64_t);

/// From this size on a message is *headed*: header, payload, and the sequence again in the last eight bytes.
/// A smaller one is *bare*: it carries only the low bytes of its sequence, and the rest is noted in shared
/// memory beside it (SideNote).
inline constexpr std::size_t smallestHeadedMessage = sizeof(MessageHeader) + tailSize;
inline constexpr std::size_t smallestFullyCheckedMessage = smallestHeadedMessage + checksumSize;

/// A record of several writers on one byte stream is made of such pieces, each stamped like a message of its
/// own, so that whatever lands between two of them is noticed. The kernel moves whole pages, or the whole of
/// a smaller write, so that pieces stay whole: their size divides that of a page.
struct Piece {
    MessageHeader header; ///< `size` is that of the piece; all else is the record's
    std::uint32_t number; ///< in its record, from 0
    std::uint32_t pieces; ///< of the record
    std::array<std::uint64_t, 2> unused;
    std::uint64_t tail;
};
inline constexpr std::size_t pieceSize = 64;
static_assert(sizeof(Piece) == pieceSize && std::is_trivially_copyable_v<Piece>);

/// The number of a bare message: the nearest to the expected one whose low `bytes` bytes are those of `low`.
constexpr std::uint64_t nearestWithLowBytes(std::uint64_t expected, std::uint64_t low, std::size_t bytes)
{
    if (bytes == 0)
        return expected;
    const unsigned unusedBits = 64 - static_cast<unsigned>(bytes) * 8;
    const auto distance = static_cast<std::int64_t>((low - expected) << unusedBits) >> unusedBits;
    return expected + static_cast<std::uint64_t>(distance);
}

/// What the tail of a headed message holds: never the same as its head, so that a shifted message shows.
constexpr std::uint64_t tailOf(std::uint64_t sequence)
{
    return ~sequence;
}

} // namespace ipclab
