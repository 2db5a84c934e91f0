#include "engine/measure/histogram.h"

#include <algorithm>

namespace ipclab {

namespace {

/// The value that stands for everything in a bucket: its middle.
std::uint64_t middleOf(std::size_t bucket)
{
    const std::uint64_t low = LatencyGrid::lowerBound(bucket);
    const std::uint64_t next = LatencyGrid::lowerBound(bucket + 1);
    return low + (next - low - 1) / 2;
}

Nanoseconds toNanoseconds(std::uint64_t value)
{
    return Nanoseconds(static_cast<std::int64_t>(value));
}

/// The rank, from 1, of the latency that a share of `total` lies at or below.
std::uint64_t rankOf(double share, std::uint64_t total)
{
    const double rank = share * static_cast<double>(total);
    const auto whole = static_cast<std::uint64_t>(rank);
    const std::uint64_t up = static_cast<double>(whole) < rank ? whole + 1 : whole;
    return std::clamp<std::uint64_t>(up, 1, total);
}

} // namespace

Nanoseconds LatencyCounts::percentile(double share) const
{
    if (total == 0)
        return {};
    std::uint64_t left = rankOf(share, total);
    for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
        if (counts[bucket] >= left)
            return toNanoseconds(std::clamp(middleOf(bucket), min, max));
        left -= counts[bucket];
    }
    return toNanoseconds(max);
}

LatencySummary LatencyCounts::summary() const
{
    if (total == 0)
        return {};
    return {.count = total,
            .min = toNanoseconds(min),
            .p50 = percentile(0.5),
            .p90 = percentile(0.9),
            .p99 = percentile(0.99),
            .p999 = percentile(0.999),
            .max = toNanoseconds(max),
            .mean = toNanoseconds(sum / total)};
}

LatencyCounts LatencyCounts::since(const LatencyCounts& earlier) const
{
    LatencyCounts difference;
    if (total == earlier.total)
        return difference;
    difference.counts = counts;
    for (std::size_t bucket = 0; bucket < earlier.counts.size(); ++bucket)
        difference.counts[bucket] -= earlier.counts[bucket];
    difference.sum = sum - earlier.sum;
    bool isFirst = true;
    for (std::size_t bucket = 0; bucket < difference.counts.size(); ++bucket) {
        if (difference.counts[bucket] == 0)
            continue;
        difference.total += difference.counts[bucket];
        difference.max =
            bucket + 1 < LatencyGrid::bucketCount ? LatencyGrid::lowerBound(bucket + 1) - 1 : max;
        if (isFirst)
            difference.min = LatencyGrid::lowerBound(bucket);
        isFirst = false;
    }
    difference.max = std::min(difference.max, max);
    difference.min = std::max(difference.min, min);
    return difference;
}

void LatencyCounts::add(const LatencyCounts& other)
{
    if (other.total == 0)
        return;
    counts.resize(LatencyGrid::bucketCount);
    for (std::size_t bucket = 0; bucket < other.counts.size(); ++bucket)
        counts[bucket] += other.counts[bucket];
    min = total == 0 ? other.min : std::min(min, other.min);
    max = std::max(max, other.max);
    total += other.total;
    sum += other.sum;
}

void LatencyCounts::record(Nanoseconds latency)
{
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 0));
    counts.resize(LatencyGrid::bucketCount);
    ++counts[LatencyGrid::indexOf(value)];
    min = total == 0 ? value : std::min(min, value);
    max = std::max(max, value);
    ++total;
    sum += value;
}

LatencyCounts SharedHistogram::copy() const
{
    LatencyCounts copied;
    // Most workers record into few of their histograms, and the empty ones are read as often as the others.
    if (m_sum.load(std::memory_order_relaxed) == 0 && m_counts.front().load(std::memory_order_relaxed) == 0)
        return copied;
    copied.counts.resize(LatencyGrid::bucketCount);
    for (std::size_t bucket = 0; bucket < LatencyGrid::bucketCount; ++bucket) {
        copied.counts[bucket] = m_counts[bucket].load(std::memory_order_relaxed);
        copied.total += copied.counts[bucket];
    }
    copied.sum = m_sum.load(std::memory_order_relaxed);
    copied.max = m_max.load(std::memory_order_relaxed);
    const std::uint64_t invertedMin = m_invertedMin.load(std::memory_order_relaxed);
    copied.min = invertedMin == 0 ? 0 : ~invertedMin;
    return copied;
}

} // namespace ipclab
