#pragma once

#include "engine/base/clock.h"
#include "engine/base/split_mix.h"

#include <cstdint>

namespace ipclab {

/// What is done on purpose to the messages that a worker sends, as a bad network would do it. Shares are of
/// all messages, from 0 to 1, and independent of each other; only a message that is dropped suffers nothing
/// else. A value.
struct Impairment {
    double drop = 0;
    double repeat = 0;  ///< sent twice
    double delay = 0;   ///< sent later, by `delayBy`
    double reorder = 0; ///< sent after `reorderBy` messages that follow it
    Nanoseconds delayBy = std::chrono::milliseconds(1);
    unsigned reorderBy = 3;

    bool isNone() const { return drop == 0 && repeat == 0 && delay == 0 && reorder == 0; }
    bool operator==(const Impairment&) const = default;
};

/// What becomes of one message.
struct Fate {
    bool isDropped = false;
    bool isRepeated = false;
    bool isDelayed = false;
    bool isReordered = false;
    bool operator==(const Fate&) const = default;
};

/// The fates of a sender's messages, one after the other. The same seed and sender give the same fate to the
/// n-th message, and what one share decides does not change with another share. A value.
class FateDraw final {
public:
    FateDraw(const Impairment& impairment, std::uint64_t seed, std::uint64_t sender)
        : m_impairment(impairment), m_random(seed, sender)
    {
    }

    Fate next();

private:
    Impairment m_impairment;
    SplitMix64 m_random;
};

} // namespace ipclab
