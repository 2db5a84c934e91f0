#include "engine/run/run_conditions.h"

#include "engine/experiment/layers.h"

#include <algorithm>

namespace ipclab {

bool showsSpeed(const RunResult& result)
{
    const auto isSwitch = [](const LoggedEvent& event) { return event.kind == EventKind::Switched; };
    return result.summary.outcome == RunOutcome::Finished && result.summary.messagesReceived > 0 &&
           result.summary.restarts == 0 && result.faults.empty() && result.deadlocks.empty() &&
           layerCaptions(result.experiment).empty() && std::ranges::none_of(result.events, isSwitch);
}

Experiment conditionsOf(Experiment experiment)
{
    const Experiment plain;
    experiment.title = plain.title;
    experiment.summary = plain.summary;
    experiment.mechanism = plain.mechanism;
    experiment.mechanismOptions = plain.mechanismOptions;
    experiment.rendezvous = plain.rendezvous;
    experiment.messageSize = plain.messageSize;
    experiment.wait = plain.wait;
    experiment.duration = plain.duration;
    experiment.messages = plain.messages;
    experiment.warmUp = plain.warmUp;
    experiment.seed = plain.seed;
    experiment.measure = plain.measure;
    return experiment;
}

} // namespace ipclab
