#include "gui/models/lane_history.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace ipclab {

namespace {

double seconds(Nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

} // namespace

void LaneHistory::begin(std::size_t lanes)
{
    m_begins.clear();
    m_ends.clear();
    m_lanes.assign(lanes, {});
}

void LaneHistory::append(const SeriesPoint& point)
{
    m_begins.push_back(seconds(point.at - point.length));
    m_ends.push_back(seconds(point.at));
    for (std::size_t lane = 0; lane < m_lanes.size(); ++lane) {
        Packed packed{};
        const bool isKnown = lane < point.workers.size();
        Nanoseconds whole{};
        for (std::size_t state = 0; isKnown && state < workerStateCount; ++state)
            whole += point.workers[lane].time.time[state];
        for (std::size_t state = 0; whole.count() > 0 && state < workerStateCount; ++state)
            packed[state] = static_cast<std::uint8_t>(
                std::lround(255 * seconds(point.workers[lane].time.time[state]) / seconds(whole)));
        m_lanes[lane].push_back(packed);
    }
}

std::vector<StateShares> LaneHistory::columns(std::size_t lane, double from, double to,
                                              std::size_t count) const
{
    std::vector<StateShares> columns(count);
    const double width = (to - from) / static_cast<double>(count);
    const auto first = std::ranges::upper_bound(m_ends, from) - m_ends.begin();
    for (auto interval = static_cast<std::size_t>(first); interval < m_ends.size() && m_begins[interval] < to;
         ++interval) {
        const double begin = std::max(m_begins[interval], from);
        const double end = std::min(m_ends[interval], to);
        const auto last = std::min(count - 1, static_cast<std::size_t>((end - from) / width));
        for (auto column = static_cast<std::size_t>((begin - from) / width); column <= last; ++column) {
            const double columnBegin = from + width * static_cast<double>(column);
            const double overlap = std::min(end, columnBegin + width) - std::max(begin, columnBegin);
            for (std::size_t state = 0; overlap > 0 && state < workerStateCount; ++state)
                columns[column][state] += overlap / width * m_lanes[lane][interval][state] / 255;
        }
    }
    return columns;
}

StateShares LaneHistory::sharesAt(std::size_t lane, double seconds) const
{
    const auto found = static_cast<std::size_t>(std::ranges::upper_bound(m_ends, seconds) - m_ends.begin());
    StateShares shares{};
    if (found == m_ends.size() || m_begins[found] > seconds)
        return shares;
    for (std::size_t state = 0; state < workerStateCount; ++state)
        shares[state] = m_lanes[lane][found][state] / 255.0;
    return shares;
}

} // namespace ipclab
