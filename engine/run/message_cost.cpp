#include "engine/run/message_cost.h"

#include "engine/experiment/shape.h"
#include "engine/mechanisms/catalog.h"

namespace ipclab {

namespace {

double copiesOf(const Experiment& experiment)
{
    const unsigned ways = hasRelays(experiment.shape.kind)             ? experiment.shape.relays + 1
                          : experiment.exchange == Exchange::RoundTrip ? 2
                                                                       : 1;
    return findMechanism(experiment.mechanism)->info().traits.copiesPerMessage * ways;
}

} // namespace

MessageCost costPerMessage(const RunResult& result)
{
    MessageCost cost;
    if (result.summary.messagesReceived == 0)
        return cost;
    for (const WorkerResult& worker : result.workers) {
        cost.systemCalls += static_cast<double>(worker.systemCalls);
        cost.userNanoseconds += static_cast<double>(worker.user.count());
        cost.systemNanoseconds += static_cast<double>(worker.system.count());
        cost.contextSwitches += static_cast<double>(worker.voluntarySwitches + worker.involuntarySwitches);
    }
    const auto messages = static_cast<double>(result.summary.messagesReceived);
    for (double* const sum :
         {&cost.systemCalls, &cost.userNanoseconds, &cost.systemNanoseconds, &cost.contextSwitches})
        *sum /= messages;
    cost.copies = copiesOf(result.experiment);
    return cost;
}

} // namespace ipclab
