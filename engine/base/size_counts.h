#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace ipclab {

/// The bucket grid of sizes in bytes: exact below 16 B, then eight buckets an octave (at most 12.5 % wide) up
/// to 16 MiB; what is larger counts in the last bucket.
namespace size_grid {

inline constexpr unsigned subBucketBits = 3;
inline constexpr std::size_t subBuckets = std::size_t{1} << subBucketBits;
inline constexpr std::size_t bucketCount = 22 * subBuckets;

constexpr std::size_t indexOf(std::uint64_t bytes)
{
    const auto width = static_cast<unsigned>(std::bit_width(bytes >> subBucketBits));
    const std::size_t index =
        (std::size_t{width} << subBucketBits) + (width == 0 ? bytes : (bytes >> (width - 1)) - subBuckets);
    return index < bucketCount ? index : bucketCount - 1;
}

/// The smallest size that falls into the bucket.
constexpr std::uint64_t lowerBound(std::size_t index)
{
    const std::size_t octave = index >> subBucketBits;
    const std::uint64_t rest = index & (subBuckets - 1);
    return octave == 0 ? rest : (rest + subBuckets) << (octave - 1);
}

} // namespace size_grid

/// How often something had which size. A value.
struct SizeCounts {
    std::array<std::uint64_t, size_grid::bucketCount> counts{};

    void record(std::uint64_t bytes) { ++counts[size_grid::indexOf(bytes)]; }

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
                return size_grid::lowerBound(index);
        }
        return 0;
    }

    bool operator==(const SizeCounts&) const = default;
};

} // namespace ipclab
