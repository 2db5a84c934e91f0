#include "engine/measure/sequence_tracker.h"

#include <algorithm>

namespace ipclab {

SequenceVerdict SequenceTracker::followUnexpected(std::uint64_t sequence)
{
    SequenceVerdict verdict;
    if (sequence > m_expected) {
        verdict.newlyLost = sequence - m_expected;
        const std::uint64_t remembered = std::min<std::uint64_t>(verdict.newlyLost, memory);
        for (std::uint64_t missing = sequence - remembered; missing < sequence; ++missing)
            m_missing.set(missing % memory);
        m_missing.reset(sequence % memory);
        m_expected = sequence + 1;
        m_gapsUntil = sequence + memory;
        return verdict;
    }
    const bool isRemembered = m_expected - sequence <= memory;
    verdict.isReordered = isRemembered && m_missing.test(sequence % memory);
    verdict.isRepeated = !verdict.isReordered;
    m_missing.reset(sequence % memory);
    return verdict;
}

} // namespace ipclab
