#pragma once

#include "engine/base/bucket_grid.h"
#include "engine/base/clock.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

namespace ipclab {

/// What is said of a set of latencies: never an average alone.
struct LatencySummary {
    std::uint64_t count = 0;
    Nanoseconds min{};
    Nanoseconds p50{};
    Nanoseconds p90{};
    Nanoseconds p99{};
    Nanoseconds p999{};
    Nanoseconds max{};
    Nanoseconds mean{};
    bool operator==(const LatencySummary&) const = default;
};

/// That all latency histograms share, in nanoseconds: exact below 128 ns, then 128 buckets an octave (0.78 %
/// wide) up to 68.7 s; what is longer is exact in `max`.
using LatencyGrid = BucketGrid<7, 30>;

/// A finished or copied histogram: a value.
struct LatencyCounts {
    std::vector<std::uint32_t> counts; ///< one per bucket of the grid; empty means all zero
    std::uint64_t total = 0;
    std::uint64_t sum = 0; ///< nanoseconds
    std::uint64_t min = 0; ///< of everything ever recorded; 0 when there is nothing
    std::uint64_t max = 0;

    /// Percentiles, each the middle of its bucket but never outside min … max.
    LatencySummary summary() const;
    /// What came since `earlier`, an earlier copy of the same histogram; its min and max are the edges of its
    /// buckets.
    LatencyCounts since(const LatencyCounts& earlier) const;
    /// Both together, for several workers.
    void add(const LatencyCounts& other);
    /// One more.
    void record(Nanoseconds latency);
    /// The value below which a share (0 … 1) of the latencies lies.
    Nanoseconds percentile(double share) const;

    bool operator==(const LatencyCounts&) const = default;
};

/// How long each single wait lasted, from when the channel would have blocked until the worker went on:
/// asleep, on its way back to a core, or spinning. Only what lies in the measured window counts, so the sums
/// are the time of the two waiting windows.
struct BlockTimes {
    LatencyCounts sending;
    LatencyCounts receiving;
    bool operator==(const BlockTimes&) const = default;
};

/// A histogram in shared memory: written by one process, read by any at any time. All zero bytes is an empty
/// one.
class SharedHistogram final {
public:
    /// Hot path: about 2 ns.
    void record(std::uint64_t nanoseconds)
    {
        increment(m_counts[LatencyGrid::indexOf(nanoseconds)], std::uint32_t{1});
        increment(m_sum, nanoseconds);
        if (nanoseconds > m_max.load(std::memory_order_relaxed))
            m_max.store(nanoseconds, std::memory_order_relaxed);
        if (nanoseconds < ~m_invertedMin.load(std::memory_order_relaxed))
            m_invertedMin.store(~nanoseconds, std::memory_order_relaxed);
    }

    /// From now on min and max are those of what comes; the counts stay.
    void forgetExtremes()
    {
        m_max.store(0, std::memory_order_relaxed);
        m_invertedMin.store(0, std::memory_order_relaxed);
    }

    LatencyCounts copy() const;

private:
    template <typename Number>
    static void increment(std::atomic<Number>& counter, Number by)
    {
        counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
    }

    std::array<std::atomic<std::uint32_t>, LatencyGrid::bucketCount> m_counts;
    std::atomic<std::uint64_t> m_sum;
    std::atomic<std::uint64_t> m_max;
    std::atomic<std::uint64_t>
        m_invertedMin; ///< complement of the minimum, so that zero bytes mean "none yet"
};

} // namespace ipclab
