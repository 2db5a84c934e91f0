#include "engine/run/channels.h"

#include "engine/base/name_journal.h"
#include "engine/base/private_directory.h"
#include "engine/experiment/layers.h"
#include "engine/mechanisms/catalog.h"

namespace ipclab {

std::vector<std::unique_ptr<Channel>> openChannels(const Experiment& experiment, const RunPlan& plan,
                                                   NameJournal& journal)
{
    const Mechanism& mechanism = *findMechanism(experiment.mechanism);
    std::vector<std::unique_ptr<Channel>> channels;
    for (const PlannedChannel& planned : plan.channels)
        channels.push_back(
            mechanism.open({.options = experiment.mechanismOptions,
                            .largestMessage = messageSizes(experiment).largest + layerOverhead(experiment),
                            .senders = planned.senders,
                            .receivers = planned.receivers,
                            .journal = journal,
                            .wait = experiment.wait,
                            .rendezvous = experiment.rendezvous}));
    return channels;
}

std::optional<Failure> tryChannels(const Experiment& asked)
{
    const Experiment experiment = completed(asked);
    try {
        NameJournal journal(privateDirectory());
        openChannels(experiment, planFor(experiment), journal);
        return std::nullopt;
    } catch (const FailureError& error) {
        return error.failure();
    } catch (const std::system_error& error) {
        return explain(error, "open the channel");
    }
}

} // namespace ipclab
