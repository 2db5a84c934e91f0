#pragma once

#include "engine/base/clock.h"

#include <cstdint>
#include <optional>

namespace ipclab {

/// Decides which messages carry their times: one in `every`. Unless told how many, it begins with all and, once it has seen
/// what a message costs, thins them out until the clock readings cost about 3 % of it.
class StampRhythm final {
public:
    explicit StampRhythm(std::optional<std::uint64_t> every)
        : m_every(every.value_or(1)), m_isSettled(every.has_value()), m_begun(now())
    {
    }

    /// Hot path: whether the next message is stamped.
    bool next()
    {
        ++m_messages;
        if (--m_untilNext > 0)
            return false;
        m_untilNext = m_every;
        return true;
    }

    bool isSettled() const { return m_isSettled; }
    /// With the clock's reading for a stamped message: may settle the rhythm. True when it has just done so.
    bool consider(Nanoseconds moment)
    {
        constexpr std::uint64_t enoughMessages = 4096;
        constexpr Nanoseconds enoughTime = std::chrono::milliseconds(20);
        if (m_isSettled || (m_messages < enoughMessages && moment - m_begun < enoughTime))
            return false;
        constexpr double costOfStamp = 24; // one clock reading, nanoseconds: the two sides pay at the same time
        constexpr double budget = 0.03;
        const double perMessage = static_cast<double>((moment - m_begun).count()) / static_cast<double>(m_messages);
        m_every = static_cast<std::uint64_t>(costOfStamp / (budget * perMessage)) + 1;
        m_untilNext = m_every;
        m_isSettled = true;
        return true;
    }

    std::uint64_t every() const { return m_every; }

private:
    std::uint64_t m_every;
    std::uint64_t m_untilNext = 1;
    std::uint64_t m_messages = 0;
    bool m_isSettled;
    Nanoseconds m_begun;
};

} // namespace ipclab
