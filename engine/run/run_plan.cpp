#include "engine/run/run_plan.h"

#include "engine/mechanisms/catalog.h"

#include <sched.h>

namespace ipclab {

namespace {

std::vector<int> usableCores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<int> cores;
    if (::sched_getaffinity(0, sizeof set, &set) != 0)
        return cores;
    for (int core = 0; core < CPU_SETSIZE; ++core)
        if (CPU_ISSET(static_cast<std::size_t>(core), &set))
            cores.push_back(core);
    return cores;
}

RunPlan oneWayPair()
{
    return {.channels = 1,
            .workers = {{WorkerTask::Send, "sender", 0, {{0, {ChannelEnd::Sender, 0}}}},
                        {WorkerTask::Receive, "receiver", 0, {{0, {ChannelEnd::Receiver, 0}}}}}};
}

/// Everybody takes the channels in the same order: where joining waits for the peer, another order could wait
/// for ever.
RunPlan roundTripPair(Directions directions)
{
    const unsigned back = directions == Directions::TwoWay ? 0 : 1;
    std::vector<PlannedEnd> asking{{0, {ChannelEnd::Sender, 0}}};
    std::vector<PlannedEnd> answering{{0, {ChannelEnd::Receiver, 0}}};
    if (back == 1) {
        asking.push_back({back, {ChannelEnd::Receiver, 0}});
        answering.push_back({back, {ChannelEnd::Sender, 0}});
    }
    return {.channels = back + 1,
            .workers = {{WorkerTask::Ask, "sender", 0, asking}, {WorkerTask::Answer, "receiver", 0, answering}}};
}

} // namespace

RunPlan planFor(const Experiment& experiment)
{
    if (experiment.exchange == Exchange::OneWay)
        return oneWayPair();
    return roundTripPair(findMechanism(experiment.mechanism)->info().traits.directions);
}

bool isSource(WorkerTask task)
{
    return task == WorkerTask::Send || task == WorkerTask::Ask;
}

bool isSink(WorkerTask task)
{
    return task == WorkerTask::Receive || task == WorkerTask::Ask;
}

std::vector<std::vector<int>> placementOf(CorePlacement placement, std::size_t workers)
{
    std::vector<std::vector<int>> placed(workers);
    const std::vector<int> cores = usableCores();
    if (placement == CorePlacement::Any || cores.empty())
        return placed;
    for (std::size_t worker = 0; worker < workers; ++worker)
        placed[worker] = {placement == CorePlacement::Same ? cores.front() : cores[worker % cores.size()]};
    return placed;
}

} // namespace ipclab
