#include "engine/measure/class_draw.h"

#include <cmath>
#include <limits>

namespace ipclab {

namespace {

/// Others draw from the same seed.
constexpr std::uint64_t userOfTheSeed = 0xc1a55;
constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

} // namespace

ClassDraw::ClassDraw(std::span<const double> shares, std::uint64_t seed, unsigned sender)
    : m_key(SplitMix64(seed, userOfTheSeed + sender).next())
{
    double sum = 0;
    for (const double share : shares) {
        sum += share;
        // The sum may have been rounded to 1 or above, which is no such number.
        m_limits.push_back(sum < 1 ? static_cast<std::uint64_t>(std::ldexp(sum, 64)) : largest);
    }
    m_limits.back() = largest;
}

} // namespace ipclab
