#include "engine/worker/layers.h"

#include "engine/mechanisms/layers/acknowledged_endpoint.h"
#include "engine/mechanisms/layers/impaired_endpoint.h"

namespace ipclab {

namespace {

/// Every end of every worker has fates of its own.
FateDraw fatesFor(const WorkerPlan& plan, std::size_t join)
{
    constexpr std::uint64_t mostEnds = 1 << 16;
    return {plan.experiment.impairment, plan.experiment.seed, plan.number * mostEnds + join};
}

} // namespace

bool hasLayers(const Experiment& experiment)
{
    return !experiment.impairment.isNone() || !experiment.acknowledgement.isNone();
}

std::unique_ptr<Endpoint> withLayers(std::unique_ptr<Endpoint> end, const WorkerPlan& plan, std::size_t join,
                                     std::function<bool()> isCalledOff)
{
    const Experiment& experiment = plan.experiment;
    const bool acknowledges = !experiment.acknowledgement.isNone();
    const bool sends = plan.joins[join].end == ChannelEnd::Sender || acknowledges;
    if (sends && !experiment.impairment.isNone())
        end = makeImpairedEndpoint(std::move(end), experiment.impairment, fatesFor(plan, join));
    if (acknowledges)
        end = makeAcknowledgedEndpoint(std::move(end), {.acknowledgement = experiment.acknowledgement,
                                                        .largestMessage = messageSizes(experiment).largest,
                                                        .isCalledOff = std::move(isCalledOff)});
    return end;
}

} // namespace ipclab
