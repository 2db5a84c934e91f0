#pragma once

#include "engine/measure/run_series.h"
#include "engine/run/worker_process.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace ipclab {

class Saturator;

/// Turns what is seen of the workers at successive moments into the points of a series. A point never
/// straddles the beginning of the measured window, so that the measured points add up to the totals exactly.
class Sampler final {
public:
    struct Settings {
        Experiment experiment;
        unsigned copies = 1;                   ///< sent of each message that is due
        std::optional<Capacity> capacity = {}; ///< of all channels of the load together, where it is known
        /// Outlives the sampler; says what was offered where it steers the load.
        const Saturator* saturator = nullptr;
    };
    using Workers = std::span<const std::unique_ptr<WorkerProcess>>;

    Sampler(Settings settings, std::size_t workers);

    /// Observes every worker; the load began at `startAt` on the clock. Returns one point, or two when the
    /// measured window began since the last call.
    Series sample(Workers workers, Nanoseconds startAt);

private:
    /// What one worker has counted up to a moment.
    struct Totals {
        CounterValues counters;
        LatencyCounts response;
        LatencyCounts service;
        BlockTimes blocks = {};                ///< of the measured window
        std::vector<ClassCounts> classes = {}; ///< of the measured window
    };
    struct Stretch {
        Nanoseconds from{};
        Nanoseconds to{};
        const std::vector<Totals>& earlier;
        const std::vector<Totals>& later;
    };

    std::vector<Totals> measuredBases(Workers workers, const std::vector<Totals>& current);
    static std::vector<ClassCounts> classesOf(const Totals& earlier, const Totals& later);
    SeriesPoint pointOf(Workers workers, const Stretch& stretch) const;
    void addRates(Series& points, Workers workers, Nanoseconds at);
    void addFill(Series& points, Workers workers) const;
    std::uint64_t inChannel(std::uint64_t uncounted, Workers workers) const;
    std::uint64_t bytesOf(std::uint64_t messages) const;
    bool mayWait(Workers workers, Nanoseconds at, const SeriesPoint& warmUp) const;
    double dueBetween(Nanoseconds from, Nanoseconds to) const;
    bool isClosedLoop() const;

    Settings m_settings;
    double m_meanSize;          ///< bytes of a message
    std::uint64_t m_mostInside; ///< messages of the smallest size in the channels
    Nanoseconds m_previousAt{};
    std::vector<Totals> m_previous;
    double m_arrived = 0; ///< of all messages, as many as the points up to m_previousAt have
    double m_sent = 0;    ///< likewise
    std::vector<bool> m_hasBegun;
};

} // namespace ipclab
