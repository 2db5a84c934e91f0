#pragma once

#include "engine/base/split_mix.h"

#include <cstdint>
#include <span>
#include <vector>

namespace ipclab {

/// Which class each message of a sender belongs to: drawn from the run's seed and the message's sequence
/// number, by the classes' shares. Sender and receiver draw the same, so that the receiver knows which
/// messages of a class there are, and can tell one that is still on its way from one that is lost.
class ClassDraw final {
public:
    /// `shares` are above 0 and make 1.
    ClassDraw(std::span<const double> shares, std::uint64_t seed, unsigned sender);

    unsigned classes() const { return static_cast<unsigned>(m_limits.size()); }

    /// Hot path: a few nanoseconds.
    unsigned of(std::uint64_t sequence) const
    {
        const std::uint64_t drawn = SplitMix64(m_key + sequence * anyOddNumber).next();
        unsigned messageClass = 0;
        while (drawn > m_limits[messageClass])
            ++messageClass;
        return messageClass;
    }

    /// The first message of the class from this sequence on.
    std::uint64_t firstFrom(std::uint64_t sequence, unsigned messageClass) const
    {
        while (of(sequence) != messageClass)
            ++sequence;
        return sequence;
    }

private:
    static constexpr std::uint64_t anyOddNumber = 0xd134'2543'de82'ef95;

    std::uint64_t m_key;
    std::vector<std::uint64_t>
        m_limits; ///< the largest number drawn that still means the class; the last is the largest of all
};

} // namespace ipclab
