#include "engine/profiles/rate_curve.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace ipclab {

namespace {

constexpr long double nanosecondsPerSecond = 1e9L;

long double seconds(Nanoseconds time)
{
    return static_cast<long double>(time.count()) / nanosecondsPerSecond;
}

/// Messages due within `elapsed` of the stretch's start.
long double dueWithin(const Stretch& stretch, Nanoseconds elapsed)
{
    const long double time = seconds(elapsed);
    const long double slope = (static_cast<long double>(stretch.to) - stretch.from) / seconds(stretch.length);
    return time * (stretch.from + slope * time / 2);
}

/// The seconds after which `messages` are due: the root of dueWithin, in the form that neither cancels nor
/// divides by a slope of 0.
long double timeUntil(const Stretch& stretch, long double messages)
{
    if (messages <= 0)
        return 0;
    if (stretch.from == stretch.to)
        return messages / stretch.from;
    const long double from = stretch.from;
    const long double slope = (static_cast<long double>(stretch.to) - from) / seconds(stretch.length);
    const long double square = std::max(from * from + 2 * slope * messages, 0.0L);
    return 2 * messages / (from + std::sqrt(square));
}

/// A rate like 0.1 /s is no exact double, so the end of a stretch may fall short of the whole number that it
/// means. Within the rounding of that rate a message belongs to what follows.
bool isBefore(std::uint64_t number, long double end)
{
    constexpr long double rounding = 4 * std::numeric_limits<double>::epsilon();
    const auto wanted = static_cast<long double>(number);
    return wanted + wanted * rounding < end;
}

} // namespace

RateCurve::RateCurve(const std::vector<Stretch>& stretches, AfterLast after) : m_after(after)
{
    assert(!stretches.empty());
    for (const Stretch& stretch : stretches) {
        assert(stretch.length > Nanoseconds::zero());
        const long double end = m_messages + dueWithin(stretch, stretch.length);
        m_places.push_back({m_length, m_messages, end, stretch});
        m_length += stretch.length;
        m_messages = end;
    }
}

double RateCurve::rateAt(Nanoseconds time) const
{
    const Place place = placeAt(std::max(time, Nanoseconds::zero()));
    const Stretch& stretch = place.stretch;
    const long double elapsed = seconds(time - place.start) / seconds(stretch.length);
    return static_cast<double>(stretch.from + (stretch.to - stretch.from) * elapsed);
}

double RateCurve::dueBefore(Nanoseconds time) const
{
    if (time <= Nanoseconds::zero())
        return 0;
    const Place place = placeAt(time);
    return static_cast<double>(place.before + dueWithin(place.stretch, time - place.start));
}

RateCurve::Place RateCurve::placeOf(std::uint64_t number) const
{
    const Place never{.start = neverDue, .end = std::numeric_limits<long double>::infinity(), .stretch = {}};
    if (m_after == AfterLast::Hold) {
        if (const std::optional<Place> place = placeInCycle(number, 0))
            return *place;
        return m_places.back().stretch.to > 0 ? held() : never;
    }
    if (m_messages <= 0)
        return never;
    const long double cycles = std::floor(static_cast<long double>(number) / m_messages);
    if (cycles >= static_cast<long double>(neverDue / m_length))
        return never;
    const auto cycle = static_cast<std::int64_t>(cycles);
    const std::optional<Place> place = placeInCycle(number, cycle);
    return place ? *place : placeInCycle(number, cycle + 1).value_or(never);
}

std::optional<RateCurve::Place> RateCurve::placeInCycle(std::uint64_t number, std::int64_t cycle) const
{
    const long double before = static_cast<long double>(cycle) * m_messages;
    const auto isOver = [&](const Place& place) { return !isBefore(number, place.end + before); };
    const auto found = std::ranges::partition_point(m_places, isOver);
    return found == m_places.end() ? std::nullopt : std::optional(shifted(*found, cycle));
}

Nanoseconds RateCurve::dueTime(const Place& place, std::uint64_t number)
{
    if (place.start == neverDue)
        return neverDue;
    const long double elapsed =
        timeUntil(place.stretch, static_cast<long double>(number) - place.before) * nanosecondsPerSecond;
    if (elapsed >= static_cast<long double>((neverDue - place.start).count()))
        return neverDue;
    return place.start + Nanoseconds(std::llround(elapsed));
}

RateCurve::Place RateCurve::placeAt(Nanoseconds time) const
{
    if (time >= m_length && m_after == AfterLast::Hold)
        return held();
    const std::int64_t cycle = time / m_length;
    const Nanoseconds within = time % m_length;
    const auto next = std::ranges::upper_bound(m_places, within, {}, &Place::start);
    return shifted(*std::prev(next), cycle);
}

RateCurve::Place RateCurve::held() const
{
    const double rate = m_places.back().stretch.to;
    return {.start = m_length,
            .before = m_messages,
            .end = std::numeric_limits<long double>::infinity(),
            .stretch = {.length = Nanoseconds::max(), .from = rate, .to = rate}};
}

RateCurve::Place RateCurve::shifted(const Place& place, std::int64_t cycles) const
{
    const long double messages = static_cast<long double>(cycles) * m_messages;
    return {place.start + cycles * m_length, place.before + messages, place.end + messages, place.stretch};
}

// Hot path: no allocation; most messages are due in the same place as the one before.
Nanoseconds CurveSchedule::next()
{
    if (!isBefore(m_next, m_place.end)) [[unlikely]]
        m_place = m_curve.placeOf(m_next);
    const Nanoseconds due = RateCurve::dueTime(m_place, m_next);
    m_next += m_step;
    return due;
}

} // namespace ipclab
