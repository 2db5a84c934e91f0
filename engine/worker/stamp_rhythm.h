#pragma once

#include "engine/base/clock.h"

#include <cstdint>
#include <optional>

namespace ipclab {

/// Decides which messages carry their times: one in `every`. Unless told how many, it begins with all, looks
/// what a message costs and thins them out until the times cost about a third of a per cent of it; then again, for
/// the first look saw the cost of stamping every message as well, and from time to time while the run gets
/// going. From the measured window's beginning it stays as it is, once it has looked three times.
class StampRhythm final {
public:
    explicit StampRhythm(std::optional<std::uint64_t> every)
        : m_every(every.value_or(1)), m_isSettled(every.has_value()), m_lookedAt(now())
    {
    }

    /// Hot path, and nothing is stored for those that are not: whether the message of this number is stamped.
    bool isDue(std::uint64_t sequence)
    {
        if (sequence < m_next)
            return false;
        if (m_next == 0)
            m_lookedAtMessage = sequence;
        m_stamped = sequence;
        m_next = sequence + m_every;
        return true;
    }

    /// The message that was stamped did not go: the one with its number is.
    void again() { m_next = m_stamped; }

    void beginMeasuring()
    {
        m_isMeasuring = true;
        settle();
    }

    bool isSettled() const { return m_isSettled; }
    /// With the clock's reading for a stamped message: may change the rhythm. True when it has just done so.
    bool consider(Nanoseconds moment)
    {
        constexpr Nanoseconds enoughTime = std::chrono::milliseconds(10);
        constexpr Nanoseconds enoughLater = std::chrono::milliseconds(100);
        const Nanoseconds spent = moment - m_lookedAt;
        if (m_isSettled || spent < (m_looks + 1 < enoughLooks ? enoughTime : enoughLater))
            return false;
        // By how many nanoseconds a stamp holds up the run: a clock reading at each end, and notes in cache lines
        // that nothing else touches. Measured over a pipe, one in 8 and one in 32 against none: 136 and 176.
        constexpr double costOfStamp = 150;
        constexpr double budget = 0.003;
        const double perMessage =
            static_cast<double>(spent.count()) / static_cast<double>(m_stamped - m_lookedAtMessage);
        m_every = static_cast<std::uint64_t>(costOfStamp / (budget * perMessage)) + 1;
        m_next = m_stamped + m_every;
        m_lookedAtMessage = m_stamped;
        m_lookedAt = moment;
        ++m_looks;
        settle();
        return true;
    }

    std::uint64_t every() const { return m_every; }

private:
    static constexpr unsigned enoughLooks = 3;

    void settle() { m_isSettled = m_isSettled || (m_isMeasuring && m_looks >= enoughLooks); }

    std::uint64_t m_every;
    std::uint64_t m_next = 0;    ///< the number of the next message that is stamped
    std::uint64_t m_stamped = 0; ///< of the last one
    std::uint64_t m_lookedAtMessage = 0;
    unsigned m_looks = 0;
    bool m_isMeasuring = false;
    bool m_isSettled;
    Nanoseconds m_lookedAt;
};

} // namespace ipclab
