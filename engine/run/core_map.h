#pragma once

#include "engine/run/run_result.h"

#include <string>
#include <vector>

namespace ipclab {

/// Round trips between every two of these cores, one run for each ordered pair.
struct CoreMapRequest {
    std::string mechanism = "shm_ring";
    std::vector<int> cores;                                ///< each once
    Nanoseconds duration = std::chrono::milliseconds(200); ///< of each run's measured window
};

/// What came of one pair: the asker runs on `from`, the answerer on `to`.
struct CorePair {
    int from = 0;
    int to = 0;
    /// Spinning between two cores, where the mechanism can; two on one core take turns.
    Wait wait = Wait::Block;
    LatencySummary roundTrip = {};
    std::string failure = {}; ///< a sentence where there is no figure
    bool isOnOneCore() const { return from == to; }
    bool operator==(const CorePair&) const = default;
};

/// A value.
struct CoreMap {
    std::string mechanism;
    std::vector<int> cores;
    std::vector<CorePair> pairs; ///< as far as they have been measured, in any order

    /// Null where it has not been measured.
    const CorePair* find(int from, int to) const;
    bool operator==(const CoreMap&) const = default;
};

/// The runs of a map, row by row: from the first core to each, then from the second.
std::vector<Experiment> experimentsFor(const CoreMapRequest& request);

/// How long they take together, roughly.
Nanoseconds estimatedTime(const CoreMapRequest& request);

/// Of a run that experimentsFor() made. `failure` where it could not be made.
CorePair corePairOf(const RunResult& result, const std::string& failure = {});

} // namespace ipclab
