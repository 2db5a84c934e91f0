#pragma once

#include "engine/base/clock.h"

#include <algorithm>

namespace ipclab {

/// How much too early a sleep should end, so that who then spins the rest is in time: learnt from how late
/// sleeps have ended lately. Too long costs a little CPU, too short a late message.
class SleepMargin final {
public:
    explicit SleepMargin(Nanoseconds initial) : m_margin(initial) {}

    Nanoseconds length() const { return m_margin; }

    /// Late wake-ups are followed at once and forgotten slowly.
    void noteSleep(Nanoseconds late)
    {
        const Nanoseconds wanted = late + late / 2;
        m_margin = std::clamp(std::max(wanted, m_margin - m_margin / 64), least, most);
    }

    /// The wait was shorter than the margin and all of it was spun. One late wake-up must not mean that
    /// nobody sleeps any more, but to try costs a message that may be late: seldom.
    void noteSpin() { m_margin = std::max(m_margin - m_margin / 1024, least); }

private:
    static constexpr Nanoseconds least = std::chrono::microseconds(20);
    static constexpr Nanoseconds most = std::chrono::microseconds(400);

    Nanoseconds m_margin;
};

} // namespace ipclab
