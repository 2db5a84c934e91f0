#pragma once

#include <bitset>
#include <cstdint>

namespace ipclab {

/// What one message's sequence number says about the ones before it.
struct SequenceVerdict {
    std::uint64_t newlyLost = 0; ///< numbers that were skipped
    bool isRepeated = false;
    bool isReordered = false; ///< it fills an earlier gap: one message that was counted as lost is not

    bool isAsExpected() const { return newlyLost == 0 && !isRepeated && !isReordered; }
};

/// Follows the sequence numbers of one sender and tells lost, repeated and reordered messages apart.
/// Remembers the last 4096 numbers; a straggler older than that counts as repeated.
class SequenceTracker final {
public:
    /// The next number that should come; for a receiver that begins to look in the middle.
    explicit SequenceTracker(std::uint64_t expected = 0) : m_expected(expected) {}

    /// Hot path: follows the expected number; false, and nothing done, where it is another one.
    bool followExpected(std::uint64_t sequence)
    {
        if (sequence != m_expected) [[unlikely]]
            return false;
        if (m_expected < m_gapsUntil) [[unlikely]]
            m_missing.reset(sequence % memory);
        ++m_expected;
        return true;
    }
    SequenceVerdict follow(std::uint64_t sequence)
    {
        return followExpected(sequence) ? SequenceVerdict{} : followUnexpected(sequence);
    }

    std::uint64_t expected() const { return m_expected; }

private:
    static constexpr std::size_t memory = 4096;

    SequenceVerdict followUnexpected(std::uint64_t sequence);

    std::uint64_t m_expected;
    std::uint64_t m_gapsUntil = 0; ///< from this number on nothing is noted in the places of those that come
    std::bitset<memory> m_missing; ///< by number modulo memory, for the last `memory` numbers
};

} // namespace ipclab
