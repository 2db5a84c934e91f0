#pragma once

#include "engine/run/run.h"

#include <functional>
#include <string>
#include <vector>

namespace ipclab {

/// A short experiment over a mechanism, waiting as that mechanism can.
Experiment shortExperiment(const std::string& mechanism, Exchange exchange = Exchange::OneWay);

/// Everything that a run told until it was over.
struct FollowedRun {
    RunResult result;
    std::optional<Failure> failure;
    std::vector<WorkerStatus> startedWorkers;
    std::size_t samples = 0;
};

/// Starts the run and follows it to its end; `watch` sees every event and may act on the run. Fails by an
/// exception after a minute.
using Watch = std::function<void(Run&, const RunEvent&)>;
FollowedRun follow(const Experiment& experiment, const Watch& watch = {});

/// Where the programs under test are.
RunSettings testSettings();

/// The pids of all living children of this process and the descriptors it has open: to compare before and
/// after.
struct Belongings {
    std::vector<int> children;
    std::vector<std::string> descriptors;
    std::vector<std::string> privateFiles; ///< in the private directory of runs
    bool operator==(const Belongings&) const = default;
};
Belongings belongings();

/// What is there that was not: "a descriptor is left open". Empty if nothing is.
std::string leftSince(const Belongings& before);

/// Throws if there is none of that role.
const WorkerResult& worker(const RunResult& result, const std::string& role);

/// So many messages of the measured window, by its series.
std::uint64_t receivedAfter(const RunResult& result, Nanoseconds moment);

/// "the checks that do not hold", for a failure message.
std::string violatedChecks(const RunResult& result);

} // namespace ipclab
