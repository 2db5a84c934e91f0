#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace ipclab {

/// The buckets of a histogram whose bounds grow with the values: exact below 2^subBucketBits, from there on
/// so many buckets an octave. What is above the last octave counts in the last bucket.
template <unsigned subBucketBits, std::size_t octaves>
struct BucketGrid {
    static constexpr std::size_t subBuckets = std::size_t{1} << subBucketBits;
    static constexpr std::size_t bucketCount = octaves * subBuckets;

    static constexpr std::size_t indexOf(std::uint64_t value)
    {
        const auto width = static_cast<unsigned>(std::bit_width(value >> subBucketBits));
        const std::size_t index = (std::size_t{width} << subBucketBits) +
                                  (width == 0 ? value : (value >> (width - 1)) - subBuckets);
        return index < bucketCount ? index : bucketCount - 1;
    }

    /// The smallest value that falls into the bucket.
    static constexpr std::uint64_t lowerBound(std::size_t index)
    {
        const std::size_t octave = index >> subBucketBits;
        const std::uint64_t rest = index & (subBuckets - 1);
        return octave == 0 ? rest : (rest + subBuckets) << (octave - 1);
    }
};

} // namespace ipclab
