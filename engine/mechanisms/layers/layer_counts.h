#pragma once

#include <cstdint>

namespace ipclab {

/// What the impairment layer has done on purpose to the messages it was given to send.
struct ImpairedCounts {
    std::uint64_t dropped = 0;
    std::uint64_t repeated = 0;
    std::uint64_t delayed = 0;
    std::uint64_t reordered = 0;

    ImpairedCounts& operator+=(const ImpairedCounts& more)
    {
        dropped += more.dropped;
        repeated += more.repeated;
        delayed += more.delayed;
        reordered += more.reordered;
        return *this;
    }
    bool operator==(const ImpairedCounts&) const = default;
};

/// What it took the acknowledgement layer to have every message arrive once and in order.
struct AcknowledgedCounts {
    std::uint64_t retransmitted = 0;    ///< messages sent once more
    std::uint64_t timeOuts = 0;         ///< waits for an acknowledgement that did not come in time
    std::uint64_t acknowledgements = 0; ///< sent
    std::uint64_t suppressed = 0;       ///< messages that had come before, and were not delivered again

    AcknowledgedCounts& operator+=(const AcknowledgedCounts& more)
    {
        retransmitted += more.retransmitted;
        timeOuts += more.timeOuts;
        acknowledgements += more.acknowledgements;
        suppressed += more.suppressed;
        return *this;
    }
    bool operator==(const AcknowledgedCounts&) const = default;
};

} // namespace ipclab
