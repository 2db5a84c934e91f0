#pragma once

#include <cstdint>

namespace ipclab {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): the source of all
/// that is random in a run. Written out because the standard library leaves its distributions, and with them
/// what a seed means, to each implementation. A value.
class SplitMix64 final {
public:
    explicit SplitMix64(std::uint64_t seed) : m_state(seed) {}

    /// For one of several users of the same seed. Neighbouring states would draw the same numbers, only
    /// shifted.
    SplitMix64(std::uint64_t seed, std::uint64_t user) : SplitMix64(mixed(mixed(seed) + user)) {}

    std::uint64_t next()
    {
        m_state += 0x9e3779b97f4a7c15;
        return mixed(m_state);
    }

    /// From 0 up to, but not including, 1; all 53 bits of the mantissa are random.
    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    /// From 0 up to, but not including, `bound`, which is far below 2^64.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }

private:
    static std::uint64_t mixed(std::uint64_t value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    std::uint64_t m_state;
};

} // namespace ipclab
