#include "engine/run/core_map.h"

#include "engine/mechanisms/catalog.h"

#include <algorithm>
#include <vector>

namespace ipclab {

namespace {

constexpr Nanoseconds warmUp = std::chrono::milliseconds(50);
/// Starting two processes and ending them.
constexpr Nanoseconds aroundARun = std::chrono::milliseconds(25);

/// Who spins on the core of the one it waits for keeps that one from answering.
Wait waitFor(const Traits& traits, bool isOnOneCore)
{
    const auto preferred =
        isOnOneCore ? std::vector{Wait::Block, Wait::Poll} : std::vector{Wait::Spin, Wait::Block};
    const auto found = std::ranges::find_if(preferred, [&](Wait wait) { return supports(traits, wait); });
    return found == preferred.end() ? traits.waits.front() : *found;
}

} // namespace

const CorePair* CoreMap::find(int from, int to) const
{
    const auto found =
        std::ranges::find_if(pairs, [&](const CorePair& pair) { return pair.from == from && pair.to == to; });
    return found == pairs.end() ? nullptr : &*found;
}

std::vector<Experiment> experimentsFor(const CoreMapRequest& request)
{
    const Mechanism& mechanism = *findMechanism(request.mechanism);
    std::vector<Experiment> experiments;
    for (const int from : request.cores)
        for (const int to : request.cores) {
            Experiment& experiment = experiments.emplace_back();
            experiment.mechanism = request.mechanism;
            experiment.exchange = Exchange::RoundTrip;
            experiment.wait = waitFor(mechanism.info().traits, from == to);
            experiment.cores = CorePlacement::Listed;
            experiment.coreList = {from, to};
            experiment.messageSize = std::min<std::uint64_t>(
                experiment.messageSize, mechanism.limit(withDefaults(mechanism.info().options, {})).largest);
            experiment.duration = request.duration;
            experiment.warmUp = warmUp;
        }
    return experiments;
}

Nanoseconds estimatedTime(const CoreMapRequest& request)
{
    const auto pairs = static_cast<std::int64_t>(request.cores.size() * request.cores.size());
    return pairs * (request.duration + warmUp + aroundARun);
}

CorePair corePairOf(const RunResult& result, const std::string& failure)
{
    const Experiment& experiment = result.experiment;
    CorePair pair{
        .from = experiment.coreList.at(0), .to = experiment.coreList.at(1), .wait = experiment.wait};
    pair.roundTrip = result.summary.response;
    pair.failure = failure;
    if (pair.roundTrip.count == 0 && failure.empty())
        pair.failure = "no message came back while it was measured";
    return pair;
}

} // namespace ipclab
