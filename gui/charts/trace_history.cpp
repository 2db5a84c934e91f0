#include "gui/charts/trace_history.h"

#include <algorithm>
#include <cmath>

namespace ipclab {

namespace {

constexpr double longestRun = 1e9;               // seconds; also keeps bucket indices far from overflow
constexpr std::uint32_t mostCount = 0x7fff'ffff; // as many as its bits hold: two years at 30 Hz in one bucket

} // namespace

void TraceBucket::add(const TraceBucket& other)
{
    low = std::min(low, other.low);
    high = std::max(high, other.high);
    sum += other.sum;
    count = (count + other.count) & mostCount;
    gap |= other.gap;
}

BucketRing::BucketRing(double width) : m_width(width) {}

std::int64_t BucketRing::indexOf(double seconds) const
{
    return static_cast<std::int64_t>(std::floor(seconds / m_width));
}

const TraceBucket& BucketRing::at(std::int64_t index) const
{
    return m_slots[static_cast<std::size_t>(index % capacity)];
}

TraceBucket& BucketRing::slot(std::int64_t index)
{
    const auto place = static_cast<std::size_t>(index % capacity);
    if (place >= m_slots.size())
        m_slots.resize(place + 1);
    return m_slots[place];
}

void BucketRing::add(std::int64_t index, const TraceBucket& sample)
{
    if (index < m_first)
        return;
    if (index >= m_end) {
        for (std::int64_t fresh = std::max(m_end, index + 1 - capacity); fresh <= index; ++fresh)
            slot(fresh) = TraceBucket{};
        m_end = index + 1;
        m_first = std::max(m_first, m_end - capacity);
    }
    slot(index).add(sample);
}

TraceHistory::TraceHistory()
{
    clear();
}

void TraceHistory::clear()
{
    m_rings.clear();
    m_rings.emplace_back(finestWidth);
}

void TraceHistory::push(double seconds, double low, double mean, double high)
{
    if (!(seconds >= 0.0 && seconds < longestRun))
        return;
    widenToHold(seconds);

    TraceBucket sample;
    if (std::isfinite(low) && std::isfinite(mean) && std::isfinite(high))
        sample = {.low = static_cast<float>(low),
                  .high = static_cast<float>(high),
                  .sum = static_cast<float>(mean),
                  .count = 1};
    else
        sample.gap = 1;
    for (BucketRing& ring : m_rings)
        ring.add(ring.indexOf(seconds), sample);
}

void TraceHistory::widenToHold(double seconds)
{
    // Half full is enough: the whole run then never takes more than half a ring to draw.
    while (m_rings.back().indexOf(seconds) >= BucketRing::capacity / 2) {
        const BucketRing& widest = m_rings.back();
        BucketRing wider(widest.width() * widening);
        for (std::int64_t index = widest.firstIndex(); index < widest.endIndex(); ++index)
            wider.add(index / widening, widest.at(index));
        m_rings.push_back(std::move(wider));
    }
}

const BucketRing& TraceHistory::ringFor(double columnSeconds, double from) const
{
    std::size_t chosen = 0;
    while (chosen + 1 < m_rings.size()) {
        const BucketRing& ring = m_rings[chosen];
        const bool forgotten = ring.indexOf(std::max(from, 0.0)) < ring.firstIndex();
        if (!forgotten && m_rings[chosen + 1].width() > columnSeconds)
            break;
        ++chosen;
    }
    return m_rings[chosen];
}

double TraceHistory::valueNear(double seconds, double tolerance) const
{
    const BucketRing& ring = ringFor(0.0, seconds - tolerance);
    const std::int64_t centre = ring.indexOf(seconds);
    const std::int64_t reach = std::min(ring.indexOf(tolerance) + 1, BucketRing::capacity);
    for (std::int64_t distance = 0; distance <= reach; ++distance) {
        for (const std::int64_t index : {centre - distance, centre + distance}) {
            if (index >= ring.firstIndex() && index < ring.endIndex() && ring.at(index).count > 0)
                return ring.at(index).mean();
        }
    }
    return std::numeric_limits<double>::quiet_NaN();
}

} // namespace ipclab
