#include "gui/chart_catalog.h"

#include "engine/experiment/roles.h"
#include "engine/experiment/shape.h"
#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"
#include "gui/special_charts.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace ipclab {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

QString tr(const char* text)
{
    return QCoreApplication::translate("ChartCatalog", text);
}

/// Of a text about senders and receivers, in the words of the run's shape.
QString inWordsOf(const ChartContext& context, const QString& text)
{
    return QString::fromStdString(inWordsOf(rolesOf(context.shape, context.exchange), text.toStdString()));
}

ChartSpec throughput(const ChartContext& context)
{
    const bool open = context.openLoop;
    return {.face = {.id = "throughput",
                     .title = tr("Throughput"),
                     .description = inWordsOf(
                         context,
                         tr("Messages that arrived per second, and how many were meant to be sent. A gap "
                            "between the two is a load that the channel or the receiver cannot carry.")),
                     .quantity = Quantity::MessagesPerSecond,
                     .scale = ScaleKind::Linear,
                     .traces = {{tr("delivered"), ColourRole::Delivered},
                                {open ? tr("offered") : tr("sent"), ColourRole::Offered}}},
            .group = "throughput",
            .choice = tr("All"),
            .values = [open](const SeriesPoint& point) {
                return std::vector{point.receivedPerSecond(),
                                   open ? point.offeredPerSecond() : point.sentPerSecond()};
            }};
}

QString choiceFor(const std::string& role)
{
    const QString name = QString::fromStdString(role);
    return name.left(1).toUpper() + name.mid(1);
}

QString idFor(const QString& group, const std::string& role)
{
    return group + "_" + QString::fromStdString(role).replace(' ', '_');
}

ChartSpec throughputOf(std::size_t worker, const ChartContext& context)
{
    const std::string& role = context.roles[worker];
    return {.face = {.id = idFor("throughput", role),
                     .title = tr("Throughput of the %1").arg(QString::fromStdString(role)),
                     .description = tr("Messages that this worker received per second, and that it sent."),
                     .quantity = Quantity::MessagesPerSecond,
                     .scale = ScaleKind::Linear,
                     .traces = {{tr("received"), ColourRole::Delivered}, {tr("sent"), ColourRole::Offered}}},
            .group = "throughput",
            .choice = choiceFor(role),
            .values = [worker](const SeriesPoint& point) {
                if (worker >= point.workers.size() || point.seconds() <= 0)
                    return std::vector{none, none};
                const WorkerPoint& did = point.workers[worker];
                return std::vector{static_cast<double>(did.received) / point.seconds(),
                                   static_cast<double>(did.sent) / point.seconds()};
            }};
}

std::vector<double> percentiles(const LatencySummary& latency)
{
    if (latency.count == 0)
        return std::vector(5, none);
    const auto value = [](Nanoseconds time) { return static_cast<double>(time.count()); };
    return {value(latency.p50), value(latency.p90), value(latency.p99), value(latency.p999),
            value(latency.max)};
}

using Latency = LatencySummary SeriesPoint::*;

ChartSpec latency(Latency which, const QString& id, const QString& title, const QString& choice,
                  const QString& description)
{
    return {.face = {.id = id,
                     .title = title,
                     .description = description,
                     .quantity = Quantity::Duration,
                     .scale = ScaleKind::Logarithmic,
                     .traces = {{tr("p50"), ColourRole::Percentile50},
                                {tr("p90"), ColourRole::Percentile90},
                                {tr("p99"), ColourRole::Percentile99},
                                {tr("p99.9"), ColourRole::Percentile999},
                                {tr("max"), ColourRole::Maximum}}},
            .group = "latency",
            .choice = choice,
            .values = [which](const SeriesPoint& point) { return percentiles(point.*which); }};
}

ChartSpec responseTime(const ChartContext& context)
{
    return latency(&SeriesPoint::response, "response_time", tr("Response time"), tr("Response"),
                   context.exchange == Exchange::RoundTrip
                       ? tr("From the moment a request was due to the arrival of its answer: waiting for its "
                            "turn counts.")
                       : tr("From the moment a message was due to its arrival: what a user feels. Waiting "
                            "for its turn counts."));
}

ChartSpec serviceTime(const ChartContext& context)
{
    return latency(
        &SeriesPoint::service, "service_time", tr("Service time"), tr("Service"),
        context.exchange == Exchange::RoundTrip
            ? tr("From the sending of a request to the arrival of its answer. Waiting before the sending "
                 "does not count.")
            : tr("From the sending of a message to its arrival. Waiting before the sending does not count."));
}

std::vector<double> shares(const TimeSplit& split, const std::vector<WorkerState>& states)
{
    const auto total = static_cast<double>(split.total().count());
    std::vector<double> values;
    for (const WorkerState state : states)
        values.push_back(total > 0 ? static_cast<double>(split[state].count()) / total : none);
    return values;
}

/// The states that a worker of this role can be in, so that a legend names no others.
std::vector<WorkerState> statesOf(const std::string& role, const ChartContext& context)
{
    const bool oneWay = context.exchange == Exchange::OneWay && context.shape != ShapeKind::Ring;
    const bool sends = !oneWay || !role.starts_with("receiver");
    const bool receives = !oneWay || !role.starts_with("sender");
    const bool passesOn = role.starts_with("relay") || role.starts_with("server");
    std::vector<WorkerState> states{WorkerState::Running, WorkerState::Ready};
    if (sends)
        states.push_back(WorkerState::BlockedSending);
    if (receives)
        states.push_back(WorkerState::BlockedReceiving);
    if (sends && !passesOn && context.openLoop)
        states.push_back(WorkerState::Pacing);
    if (context.receiverSleeps && (receives || passesOn))
        states.push_back(WorkerState::Sleeping);
    states.push_back(WorkerState::Stopped);
    return states;
}

TraceFace faceOf(WorkerState state)
{
    switch (state) {
    case WorkerState::Running:
        return {tr("running"), ColourRole::Running};
    case WorkerState::Ready:
        return {tr("ready"), ColourRole::Ready};
    case WorkerState::BlockedSending:
        return {tr("blocked sending"), ColourRole::BlockedSending};
    case WorkerState::BlockedReceiving:
        return {tr("blocked receiving"), ColourRole::BlockedReceiving};
    case WorkerState::Pacing:
        return {tr("pacing"), ColourRole::Pacing};
    case WorkerState::Sleeping:
        return {tr("sleeping"), ColourRole::Sleeping};
    case WorkerState::Stopped:
        return {tr("stopped"), ColourRole::Event};
    }
    Q_UNREACHABLE();
}

ChartSpec timeOf(std::size_t worker, const ChartContext& context)
{
    const std::string& name = context.roles[worker];
    const std::vector<WorkerState> states = statesOf(name, context);
    std::vector<TraceFace> traces;
    for (const WorkerState state : states)
        traces.push_back(faceOf(state));
    const QString role = QString::fromStdString(name);
    return {
        .face =
            {.id = idFor("time", name),
             .title =
                 (role.contains(' ') ? tr("Where %1’s time goes") : tr("Where the %1’s time goes")).arg(role),
             .description =
                 tr("Computing, waiting for a core, asleep because the channel was full or empty, or waiting "
                    "until the next message is due: together they are the whole time."),
             .quantity = Quantity::Share,
             .scale = ScaleKind::Stacked,
             .traces = std::move(traces)},
        .group = "time",
        .choice = choiceFor(name),
        .values = [worker, states](const SeriesPoint& point) {
            return worker < point.workers.size() ? shares(point.workers[worker].time, states)
                                                 : std::vector(states.size(), none);
        }};
}

/// The longest of an interval, or what the longest has come to that is still going on: a deadlock rises for
/// ever.
double longestOf(const LatencySummary& blocks, Nanoseconds open)
{
    const Nanoseconds longest = std::max(blocks.max, open);
    return longest > Nanoseconds::zero() ? static_cast<double>(longest.count()) : none;
}

double medianOf(const LatencySummary& blocks)
{
    return blocks.count > 0 ? static_cast<double>(blocks.p50.count()) : none;
}

ChartSpec blockTimes()
{
    return {
        .face =
            {.id = "block_times",
             .title = tr("How long it blocks"),
             .description =
                 tr("How long a worker waits each time the channel is full or empty: half of the waits are "
                    "shorter than the median. A wait that has not ended yet counts with what it has lasted."),
             .quantity = Quantity::Duration,
             .scale = ScaleKind::Logarithmic,
             .traces = {{tr("sending, longest"), ColourRole::BlockedSending},
                        {tr("sending, median"), ColourRole::Percentile99},
                        {tr("receiving, longest"), ColourRole::BlockedReceiving},
                        {tr("receiving, median"), ColourRole::Percentile50}}},
        .group = "time",
        .choice = tr("Blocks"),
        .values = [](const SeriesPoint& point) {
            const BlockPoint& blocks = point.blocks;
            return std::vector{longestOf(blocks.sending, blocks.openSending), medianOf(blocks.sending),
                               longestOf(blocks.receiving, blocks.openReceiving), medianOf(blocks.receiving)};
        }};
}

ChartSpec fill(const ChartContext& context)
{
    const bool inBytes = context.capacity && context.capacity->unit == CapacityUnit::Bytes;
    std::vector<TraceFace> traces{{tr("in the channel"), ColourRole::Fill}};
    if (context.capacity)
        traces.push_back({tr("capacity"), ColourRole::Capacity, TraceStyle::Reference});
    // Questions that wait for their answers lie in both ways of the channel.
    const unsigned ways = context.exchange == Exchange::RoundTrip ? 2 : 1;
    return {.face = {.id = "fill",
                     .title = tr("Fill"),
                     .description =
                         inWordsOf(context, tr("What has been sent and not yet received. At its capacity the "
                                               "channel makes the sender wait.")),
                     .quantity = inBytes ? Quantity::Bytes : Quantity::Messages,
                     .scale = ScaleKind::Linear,
                     .traces = std::move(traces)},
            .group = "fill",
            .choice = context.canRace || context.interleaves ? tr("Fill") : QString(),
            .values = [inBytes, ways, capacity = context.capacity](const SeriesPoint& point) {
                std::vector values{static_cast<double>(inBytes ? point.fillBytes : point.fillMessages)};
                if (capacity)
                    values.push_back(static_cast<double>(capacity->amount * ways));
                return values;
            }};
}

bool interleaves(const Experiment& experiment)
{
    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    return mechanism && problemsOf(mechanism->info().options, experiment.mechanismOptions).empty() &&
           sendersInterleave(experiment, *mechanism);
}

bool canRace(const Experiment& experiment)
{
    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    return mechanism && mechanism->info().traits.canRace;
}

bool isOpenLoop(const Experiment& experiment)
{
    const LoadProfile* profile = findLoadProfile(experiment.load.profile);
    return profile && profile->info().loop == Loop::Open;
}

std::vector<std::string> classesOf(const Experiment& experiment)
{
    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    if (!mechanism || !problemsOf(mechanism->info().options, experiment.mechanismOptions).empty())
        return {};
    std::vector<std::string> titles;
    for (const MessageClass& each :
         mechanism->classes(withDefaults(mechanism->info().options, experiment.mechanismOptions)))
        titles.push_back(each.title);
    return titles.size() > 1 ? titles : std::vector<std::string>();
}

} // namespace

std::vector<ChartSpec> chartsFor(const ChartContext& context)
{
    std::vector<ChartSpec> specs{throughput(context)};
    const bool isPlainPair = context.shape == ShapeKind::Pair && context.exchange != Exchange::FullDuplex;
    for (std::size_t worker = 0; worker < context.roles.size() && !isPlainPair; ++worker)
        specs.push_back(throughputOf(worker, context));
    if (!context.classes.empty()) {
        specs.push_back(throughputByClass(context));
        specs.push_back(overtakingByClass(context));
    }
    specs.push_back(responseTime(context));
    specs.push_back(serviceTime(context));
    if (!context.classes.empty())
        specs.push_back(responseTimeByClass(context));
    for (std::size_t worker = 0; worker < context.roles.size(); ++worker)
        specs.push_back(timeOf(worker, context));
    specs.push_back(blockTimes());
    if (context.canRace)
        specs.push_back(races());
    if (context.interleaves)
        specs.push_back(interleaving());
    specs.push_back(fill(context));
    return specs;
}

ChartContext contextOf(const RunResult& result)
{
    ChartContext context = contextOf(result.experiment);
    context.roles.clear();
    for (const WorkerResult& worker : result.workers)
        context.roles.push_back(worker.role);
    context.capacity = result.capacity;
    return context;
}

ChartContext contextOf(const Experiment& experiment)
{
    const Roles roles = rolesOf(experiment.shape.kind, experiment.exchange);
    return {.roles = {std::string(roles.sending), std::string(roles.receiving)},
            .capacity = {},
            .exchange = experiment.exchange,
            .shape = experiment.shape.kind,
            .receiverSleeps = experiment.receiverSleep > Nanoseconds::zero(),
            .openLoop = isOpenLoop(experiment),
            .classes = classesOf(experiment),
            .canRace = canRace(experiment),
            .interleaves = interleaves(experiment)};
}

} // namespace ipclab
