#pragma once

#include "engine/run/run_event.h"

#include <QString>

#include <array>
#include <optional>
#include <vector>

namespace ipclab {

enum class Tone { Plain, Good, Bad };

/// One figure as a tile shows it.
struct TileText {
    QString caption;
    QString value;
    QString detail;
    QString help = {}; ///< the detail in more words, where it is short
    Tone tone = Tone::Plain;
    bool operator==(const TileText&) const = default;
};

/// The four figures at the head of a run: throughput, response time, blocking and integrity. While it goes on
/// they are those of the last half second; at the end, those of the whole measured window.
class LiveFigures final {
public:
    static constexpr std::size_t count = 4;

    void begin(const Experiment& experiment);
    void add(const SampleTaken& sample);
    void finish(const RunResult& result);

    std::array<TileText, count> tiles() const;

private:
    TileText throughput() const;
    TileText responseTime() const;
    TileText blocking() const;
    TileText integrity() const;

    Experiment m_experiment;
    std::vector<SeriesPoint> m_recent;
    std::vector<WorkerStatus> m_workers;
    std::optional<IntegrityCounts> m_integrity;
    LatencySummary m_response; ///< of the newest interval in which messages arrived
    LatencySummary m_service;
    Nanoseconds m_longest{};           ///< response in the measured window so far
    std::optional<RunResult> m_result; ///< without its series
    double m_offered = 0;              ///< per second, in the whole measured window
};

} // namespace ipclab
