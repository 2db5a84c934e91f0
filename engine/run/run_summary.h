#pragma once

#include "engine/run/run_result.h"
#include "engine/run/worker_process.h"

#include <memory>
#include <span>

namespace ipclab {

/// What the end of a run is made of.
struct RunEnd {
    std::span<const std::unique_ptr<WorkerProcess>> workers; ///< all have ended and were observed since
    Nanoseconds windowBegin{};                               ///< on the clock
    RunOutcome outcome = RunOutcome::Finished;
    /// Of the measured messages, as far as the competing receivers together know; 0 where none compete.
    std::uint64_t takenByRivals = 0;
    bool isCutShort = false; ///< workers were told to leave before the channel was empty
};

/// Fills in `result` what only the end can tell: workers, summary, latencies, self-checks. Series, experiment
/// and effective settings are there already.
void summarise(RunResult& result, const RunEnd& end);

/// Adds what a worker's counters say of races, and of records that interleaved.
void addRaces(RaceCounts& sum, const CounterValues& counts);
void addInterleaving(InterleavingCounts& sum, const CounterValues& counts);

/// From the moment the first worker turned to its ends until the last one had taken its own; all have joined.
Nanoseconds timeToMeet(std::span<const std::unique_ptr<WorkerProcess>> workers);

/// What the workers have found amiss in the measured window, as last observed.
IntegrityCounts integritySoFar(std::span<const std::unique_ptr<WorkerProcess>> workers);

} // namespace ipclab
