#pragma once

#include "engine/base/bucket_grid.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ipclab {

/// Of sizes in bytes: exact below 16 B, then eight buckets an octave (at most 12.5 % wide) up to 16 MiB.
using SizeGrid = BucketGrid<3, 22>;

/// How often something had which size. A value.
struct SizeCounts {
    std::array<std::uint64_t, SizeGrid::bucketCount> counts{};

    void record(std::uint64_t bytes) { ++counts[SizeGrid::indexOf(bytes)]; }

    void add(const SizeCounts& more)
    {
        for (std::size_t index = 0; index < counts.size(); ++index)
            counts[index] += more.counts[index];
    }

    SizeCounts since(const SizeCounts& earlier) const
    {
        SizeCounts difference;
        for (std::size_t index = 0; index < counts.size(); ++index)
            difference.counts[index] = counts[index] - earlier.counts[index];
        return difference;
    }

    std::uint64_t total() const
    {
        std::uint64_t sum = 0;
        for (const std::uint64_t count : counts)
            sum += count;
        return sum;
    }

    /// The size that `share` of them, above 0 and at most 1, do not exceed: the lower bound of its bucket; 0
    /// of nothing.
    std::uint64_t quantile(double share) const
    {
        const double goal = share * static_cast<double>(total());
        std::uint64_t sum = 0;
        for (std::size_t index = 0; index < counts.size(); ++index) {
            sum += counts[index];
            if (sum > 0 && static_cast<double>(sum) >= goal)
                return SizeGrid::lowerBound(index);
        }
        return 0;
    }

    bool operator==(const SizeCounts&) const = default;
};

} // namespace ipclab
