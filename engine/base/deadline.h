#pragma once

#include "engine/base/clock.h"

namespace ipclab {

/// How long an operation may wait: not at all, until a moment of CLOCK_MONOTONIC, or as long as it takes.
class Deadline final {
public:
    static constexpr Deadline immediately() { return Deadline(Nanoseconds::zero()); }
    static constexpr Deadline never() { return Deadline(Nanoseconds::max()); }
    static constexpr Deadline at(Nanoseconds moment) { return Deadline(moment); }
    static Deadline after(Nanoseconds delay) { return Deadline(now() + delay); }

    constexpr bool isImmediate() const { return m_moment == Nanoseconds::zero(); }
    constexpr bool isNever() const { return m_moment == Nanoseconds::max(); }
    constexpr Nanoseconds moment() const { return m_moment; }

    /// What is left of it, never negative; only for a deadline that has a moment.
    Nanoseconds remaining() const
    {
        const Nanoseconds left = m_moment - now();
        return left > Nanoseconds::zero() ? left : Nanoseconds::zero();
    }

private:
    constexpr explicit Deadline(Nanoseconds moment) : m_moment(moment) {}

    Nanoseconds m_moment;
};

} // namespace ipclab
