#include "engine/run/run_plan.h"

#include "engine/experiment/roles.h"
#include "engine/experiment/shape.h"
#include "engine/mechanisms/catalog.h"

#include <algorithm>

namespace ipclab {

namespace {

/// Puts a plan together. Everybody takes the channels in the order in which they were made: where joining
/// waits for the peer, another order could wait for ever.
class Planner final {
public:
    RunPlan plan;

    /// Numbered where there are several of a kind. Returns its place.
    std::size_t addWorker(WorkerTask task, std::string_view kind, unsigned index, unsigned ofKind)
    {
        const std::string number = ofKind > 1 ? " " + std::to_string(index + 1) : "";
        plan.workers.push_back({task, std::string(kind) + number, index, {}});
        return plan.workers.size() - 1;
    }

    std::vector<std::size_t> addWorkers(WorkerTask task, std::string_view kind, unsigned count)
    {
        std::vector<std::size_t> places;
        for (unsigned index = 0; index < count; ++index)
            places.push_back(addWorker(task, kind, index, count));
        return places;
    }

    unsigned addStreams(unsigned count)
    {
        const unsigned first = m_streams;
        m_streams += count;
        plan.streams = std::max(1U, m_streams);
        return first;
    }

    /// A channel from these senders to those receivers, each sender with a stream from `first` on.
    void connect(const std::vector<std::size_t>& senders, const std::vector<std::size_t>& receivers,
                 unsigned first)
    {
        const auto channel = static_cast<unsigned>(plan.channels.size());
        const auto count = static_cast<unsigned>(senders.size());
        plan.channels.push_back({count, static_cast<unsigned>(receivers.size())});
        for (unsigned index = 0; index < senders.size(); ++index)
            plan.workers[senders[index]].ends.push_back(
                {channel, {ChannelEnd::Sender, index}, {first + index, first + index, 1}, bitsOf(receivers)});
        for (unsigned index = 0; index < receivers.size(); ++index)
            plan.workers[receivers[index]].ends.push_back(
                {channel, {ChannelEnd::Receiver, index}, {first, first, count}, bitsOf(senders)});
    }

    /// Each sender with a channel of its own to these receivers, or all with one.
    void connectAll(const std::vector<std::size_t>& senders, const std::vector<std::size_t>& receivers,
                    bool isShared)
    {
        const unsigned first = addStreams(static_cast<unsigned>(senders.size()));
        if (isShared)
            return connect(senders, receivers, first);
        for (unsigned index = 0; index < senders.size(); ++index)
            connect({senders[index]}, receivers, first + index);
    }

    static std::uint64_t bitsOf(const std::vector<std::size_t>& workers)
    {
        std::uint64_t bits = 0;
        for (const std::size_t worker : workers)
            bits |= std::uint64_t{1} << worker;
        return bits;
    }

private:
    unsigned m_streams = 0;
};

/// What fan-in, fan-out and many-to-many have in common with a pair.
RunPlan oneWay(const Experiment& experiment, Roles roles, bool isShared)
{
    const auto [kind, senders, receivers, relays, delivery, channels] = experiment.shape;
    const bool competes = receivers > 1 && delivery == DeliveryRule::Competing;
    const bool copies = receivers > 1 && !competes;
    const WorkerTask receiving = competes      ? WorkerTask::Compete
                                 : senders > 1 ? WorkerTask::Gather
                                               : WorkerTask::Receive;
    Planner planner;
    planner.plan.sources = senders;
    planner.plan.copies = copies ? receivers : 1;
    planner.plan.rivals = competes ? receivers : 1;
    const auto from =
        planner.addWorkers(copies ? WorkerTask::Spread : WorkerTask::Send, roles.sending, senders);
    const auto to = planner.addWorkers(receiving, roles.receiving, receivers);
    if (!copies) {
        planner.connectAll(from, to, isShared || competes);
    } else {
        for (const std::size_t receiver : to)
            planner.connectAll(from, {receiver}, isShared);
    }
    planner.plan.loadChannels = static_cast<unsigned>(planner.plan.channels.size());
    return planner.plan;
}

RunPlan roundTripPair(Roles roles, Directions directions)
{
    Planner planner;
    const std::size_t asking = planner.addWorker(WorkerTask::Ask, roles.sending, 0, 1);
    const std::size_t answering = planner.addWorker(WorkerTask::Answer, roles.receiving, 0, 1);
    const unsigned stream = planner.addStreams(1); // an answer is its question once more
    planner.connect({asking}, {answering}, stream);
    if (directions == Directions::OneWay)
        planner.connect({answering}, {asking}, stream);
    return planner.plan;
}

RunPlan clientsAndServer(Roles roles, unsigned clients, Directions directions, bool isShared)
{
    Planner planner;
    planner.plan.sources = planner.plan.loadChannels = clients;
    const auto asking = planner.addWorkers(WorkerTask::Ask, roles.sending, clients);
    const std::size_t server = planner.addWorker(WorkerTask::Serve, roles.receiving, 0, 1);
    const unsigned first = planner.addStreams(clients);
    const bool goesBothWays = directions == Directions::TwoWay;
    if (isShared && !goesBothWays)
        planner.connect(asking, {server}, first);
    for (unsigned client = 0; client < clients; ++client) {
        if (!isShared || goesBothWays)
            planner.connect({asking[client]}, {server}, first + client);
        if (!goesBothWays)
            planner.connect({server}, {asking[client]}, first + client);
    }
    return planner.plan;
}

RunPlan fullDuplexPair(Roles roles, Directions directions)
{
    Planner planner;
    const auto peers = planner.addWorkers(WorkerTask::Duplex, roles.sending, 2);
    const unsigned there = planner.addStreams(1);
    const unsigned back = planner.addStreams(1);
    planner.connect({peers[0]}, {peers[1]}, there);
    if (directions == Directions::OneWay) {
        planner.connect({peers[1]}, {peers[0]}, back);
    } else {
        planner.plan.workers[peers[0]].ends.front().streams.receives = back;
        planner.plan.workers[peers[1]].ends.front().streams.sends = back;
    }
    planner.plan.sources = planner.plan.loadChannels = 2;
    return planner.plan;
}

/// From the first worker over the relays to the last, each with a stream of its own.
void connectInARow(Planner& planner, const std::vector<std::size_t>& row)
{
    for (std::size_t place = 0; place + 1 < row.size(); ++place)
        planner.connect({row[place]}, {row[place + 1]}, planner.addStreams(1));
    planner.plan.loadChannels = static_cast<unsigned>(planner.plan.channels.size());
}

RunPlan chain(Roles roles, unsigned relays)
{
    Planner planner;
    std::vector<std::size_t> row{planner.addWorker(WorkerTask::Send, roles.sending, 0, 1)};
    std::ranges::copy(planner.addWorkers(WorkerTask::Relay, "relay", relays), std::back_inserter(row));
    row.push_back(planner.addWorker(WorkerTask::Receive, roles.receiving, 0, 1));
    connectInARow(planner, row);
    return planner.plan;
}

RunPlan ring(Roles roles, unsigned relays, Exchange exchange)
{
    Planner planner;
    const WorkerTask task = exchange == Exchange::RoundTrip ? WorkerTask::Ask : WorkerTask::Duplex;
    const std::size_t first = planner.addWorker(task, roles.sending, 0, 1);
    std::vector<std::size_t> row{first};
    std::ranges::copy(planner.addWorkers(WorkerTask::Relay, "relay", relays), std::back_inserter(row));
    row.push_back(first);
    connectInARow(planner, row);
    return planner.plan;
}

unsigned firstChannelFor(ChannelEnd end, const PlannedWorker& worker)
{
    for (const PlannedEnd& each : worker.ends)
        if (each.seat.end == end)
            return each.channel;
    return worker.ends.front().channel;
}

} // namespace

RunPlan planFor(const Experiment& experiment)
{
    const Mechanism& mechanism = *findMechanism(experiment.mechanism);
    const Directions directions = mechanism.info().traits.directions;
    const Shape& shape = experiment.shape;
    const Roles roles = rolesOf(shape.kind, experiment.exchange);
    switch (shape.kind) {
    case ShapeKind::Pair:
        break;
    case ShapeKind::FanIn:
    case ShapeKind::FanOut:
    case ShapeKind::ManyToMany:
        return oneWay(experiment, roles, sendersShareAChannel(experiment, mechanism));
    case ShapeKind::Chain:
        return chain(roles, shape.relays);
    case ShapeKind::Ring:
        return ring(roles, shape.relays, experiment.exchange);
    case ShapeKind::ClientServer:
        return clientsAndServer(roles, shape.senders, directions,
                                sendersShareAChannel(experiment, mechanism));
    }
    switch (experiment.exchange) {
    case Exchange::OneWay:
        break;
    case Exchange::RoundTrip:
        return roundTripPair(roles, directions);
    case Exchange::FullDuplex:
        return fullDuplexPair(roles, directions);
    }
    return oneWay(experiment, roles, false);
}

unsigned sendingChannelOf(const PlannedWorker& worker)
{
    return firstChannelFor(ChannelEnd::Sender, worker);
}

unsigned receivingChannelOf(const PlannedWorker& worker)
{
    return firstChannelFor(ChannelEnd::Receiver, worker);
}

bool isSource(WorkerTask task)
{
    return task == WorkerTask::Send || task == WorkerTask::Spread || task == WorkerTask::Ask ||
           task == WorkerTask::Duplex;
}

bool isSink(WorkerTask task)
{
    return task == WorkerTask::Receive || task == WorkerTask::Gather || task == WorkerTask::Compete ||
           task == WorkerTask::Ask || task == WorkerTask::Duplex;
}

} // namespace ipclab
