#pragma once

#include "engine/measure/run_series.h"

#include <array>
#include <cstdint>
#include <vector>

namespace ipclab {

/// Shares of 1 by state; all 0 where nothing is known.
using StateShares = std::array<double, workerStateCount>;

/// Where each worker's time went, interval by interval, for as long as the run has been going on. A few bytes
/// per worker and interval.
class LaneHistory final {
public:
    void begin(std::size_t lanes);
    void append(const SeriesPoint& point);

    std::size_t lanes() const { return m_lanes.size(); }
    /// Seconds since the start of the load up to which something is known.
    double end() const { return m_ends.empty() ? 0 : m_ends.back(); }

    /// The shares in each of `count` equal parts of [from, to), in seconds.
    std::vector<StateShares> columns(std::size_t lane, double from, double to, std::size_t count) const;
    StateShares sharesAt(std::size_t lane, double seconds) const;

private:
    using Packed = std::array<std::uint8_t, workerStateCount>; ///< of 255

    std::vector<double> m_begins; ///< of the intervals, in seconds
    std::vector<double> m_ends;
    std::vector<std::vector<Packed>> m_lanes; ///< [lane][interval]
};

} // namespace ipclab
