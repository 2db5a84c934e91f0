#pragma once

#include "engine/profiles/load_profile.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace ipclab {

/// A stretch of time over which the rate goes in a straight line from one value to another, per second.
struct Stretch {
    Nanoseconds length;
    double from = 0;
    double to = 0;
};

/// What comes after the last stretch: all of them again, or the last rate for ever.
enum class AfterLast { Repeat, Hold };

/// A load over time that is made of straight stretches. A value. Message k is due when the integral of the
/// rate goes beyond k: that is solved for each message by itself, so nothing adds up over hours, and a
/// message that falls to the beginning of a quiet stretch waits for its end.
class RateCurve final {
public:
    /// At least one stretch; none of length 0.
    RateCurve(const std::vector<Stretch>& stretches, AfterLast after);

    double rateAt(Nanoseconds time) const;
    double dueBefore(Nanoseconds time) const;

    /// Part of the curve, with where it begins.
    struct Place {
        Nanoseconds start;
        long double before = 0; ///< messages due before it starts
        long double end = 0;    ///< messages due before the next place starts
        Stretch stretch;
    };
    /// Where message `number` is due; its start is neverDue if that is nowhere.
    Place placeOf(std::uint64_t number) const;
    /// When message `number` is due, which is due in `place`.
    static Nanoseconds dueTime(const Place& place, std::uint64_t number);

private:
    Place placeAt(Nanoseconds time) const;
    /// Nothing if it is due in a later cycle.
    std::optional<Place> placeInCycle(std::uint64_t number, std::int64_t cycle) const;
    Place held() const;
    Place shifted(const Place& place, std::int64_t cycles) const;

    std::vector<Place> m_places; ///< of the first cycle
    Nanoseconds m_length{};      ///< of one cycle
    long double m_messages = 0;  ///< due in one cycle
    AfterLast m_after;
};

/// The due times of one of several senders that take turns.
class CurveSchedule final : public Schedule {
public:
    CurveSchedule(RateCurve curve, const ScheduleRequest& request)
        : m_curve(std::move(curve)), m_place(m_curve.placeOf(request.sender)), m_next(request.sender),
          m_step(request.senders)
    {
    }

    Nanoseconds next() override;

private:
    RateCurve m_curve;
    RateCurve::Place m_place; ///< where the last message was due
    std::uint64_t m_next;
    std::uint64_t m_step;
};

} // namespace ipclab
