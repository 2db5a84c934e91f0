#include "engine/run/run_summary.h"

#include "engine/mechanisms/catalog.h"
#include "engine/run/message_cost.h"
#include "engine/run/self_checks.h"

#include <algorithm>

namespace ipclab {

namespace {

/// Who waited for room that nobody made closed his account when he was told to leave; the window ended
/// before.
Nanoseconds endOfWindow(const Experiment& experiment, const RunEnd& end)
{
    const Nanoseconds planned =
        experiment.messages > 0 ? Nanoseconds::max() : end.windowBegin + experiment.duration;
    Nanoseconds last = end.windowBegin;
    for (const std::unique_ptr<WorkerProcess>& worker : end.workers) {
        const MeasuredWindow& window = worker->last().window;
        last = std::max(last, window.lastReceived);
        if (isSource(worker->plan().task) && window.ended)
            last = std::max(last, std::min(window.end.at, planned));
    }
    return last;
}

void addCounts(RunSummary& summary, const WorkerProcess& worker)
{
    const WorkerProcess::Observation& seen = worker.last();
    if (!seen.window.countsBegun)
        return;
    const CounterValues counts = seen.telemetry.counters.since(seen.window.countersAtBegin);
    if (isSource(worker.plan().task))
        summary.messagesSent += counts[Counter::Sent];
    if (!isSink(worker.plan().task))
        return;
    summary.messagesReceived += counts[Counter::Received];
    summary.bytesReceived += counts[Counter::BytesReceived];
}

/// Of the run as a whole that only its summary has.
struct FurtherLatencies {
    LatencyCounts lateness;
    LatencyCounts connecting;
};

void addLatencies(RunResult& result, FurtherLatencies& further, const WorkerProcess& worker)
{
    const WorkerProcess::Observation& seen = worker.last();
    if (isSource(worker.plan().task)) {
        result.summary.latencyEvery = std::max(result.summary.latencyEvery, seen.telemetry.latencyEvery);
        further.lateness.add(seen.telemetry.lateness.since(seen.window.latenessAtBegin));
        further.connecting.add(seen.telemetry.connecting.since(seen.window.connectingAtBegin));
    }
    if (!isSink(worker.plan().task) || !seen.window.countsBegun)
        return;
    result.reads.add(seen.telemetry.reads.since(seen.window.readsAtBegin));
    result.response.add(seen.telemetry.response.since(seen.window.responseAtBegin));
    result.service.add(seen.telemetry.service.since(seen.window.serviceAtBegin));
}

double rawRate(const RunSummary& summary)
{
    return static_cast<double>(summary.messagesSent + summary.acknowledged.retransmitted) / summary.seconds;
}

void addClasses(RunResult& result, const RunEnd& end)
{
    std::vector<LatencyCounts> responses(result.classes.size());
    std::vector<LatencyCounts> services(result.classes.size());
    for (const std::unique_ptr<WorkerProcess>& worker : end.workers) {
        const std::vector<ClassCounts>& counts = worker->last().telemetry.classes;
        for (std::size_t index = 0; index < counts.size(); ++index) {
            ClassResult& messages = result.classes[index];
            messages.sent += counts[index].sent;
            messages.received += counts[index].received;
            messages.overtaking += counts[index].overtaking;
            messages.overtaken += counts[index].overtaken;
            responses[index].add(counts[index].response);
            services[index].add(counts[index].service);
        }
        if (isSink(worker->plan().task))
            result.deliveries = worker->deliveries();
    }
    for (std::size_t index = 0; index < result.classes.size(); ++index) {
        ClassResult& messages = result.classes[index];
        messages.queued = messages.sent > messages.received ? messages.sent - messages.received : 0;
        messages.response = responses[index].summary();
        messages.service = services[index].summary();
    }
}

/// What layers, deadlines and connections have counted, over all workers.
void addLayers(RunSummary& summary, const std::vector<WorkerResult>& workers)
{
    for (const WorkerResult& worker : workers) {
        summary.droppedByKernel += worker.droppedByKernel;
        summary.waits += worker.waits;
        summary.impaired += worker.impaired;
        summary.acknowledged += worker.acknowledged;
    }
}

/// Of the receivers that compete, or else of the senders; nothing where there is only one.
std::vector<double> sharesOf(const RunEnd& end)
{
    std::vector<double> received;
    std::vector<double> sent;
    for (const std::unique_ptr<WorkerProcess>& worker : end.workers) {
        const WorkerResult result = worker->result();
        if (worker->plan().task == WorkerTask::Compete)
            received.push_back(static_cast<double>(result.received));
        if (isSource(worker->plan().task))
            sent.push_back(static_cast<double>(result.sent));
    }
    return received.empty() ? sent : received;
}

/// Jain, Chiu and Hawe, "A Quantitative Measure of Fairness and Discrimination", 1984.
std::optional<double> fairnessOf(const std::vector<double>& shares)
{
    double sum = 0;
    double squares = 0;
    for (const double share : shares) {
        sum += share;
        squares += share * share;
    }
    if (shares.size() < 2 || squares == 0)
        return std::nullopt;
    return sum * sum / (static_cast<double>(shares.size()) * squares);
}

std::shared_ptr<const RunTrace> traceOf(const RunResult& result, const RunEnd& end)
{
    const MeasureSettings& measure = result.experiment.measure;
    if (measure.trace == 0)
        return nullptr;
    RunTrace trace{.keep = measure.traceKeep, .room = measure.trace, .workers = {}};
    for (const std::unique_ptr<WorkerProcess>& worker : end.workers)
        trace.workers.push_back(worker->trace(end.windowBegin - result.experiment.warmUp));
    return std::make_shared<const RunTrace>(std::move(trace));
}

} // namespace

void summarise(RunResult& result, const RunEnd& end)
{
    RunSummary& summary = result.summary;
    summary = {};
    summary.outcome = end.outcome;
    summary.integrity = integritySoFar(end.workers);
    FurtherLatencies further;
    result.response = {};
    result.service = {};
    result.reads = {};
    result.workers.clear();
    for (const std::unique_ptr<WorkerProcess>& worker : end.workers) {
        result.workers.push_back(worker->result());
        addCounts(summary, *worker);
        addLatencies(result, further, *worker);
    }
    addLayers(summary, result.workers);
    addClasses(result, end);
    // Taken by one of them, and counted by none.
    if (end.takenByRivals > summary.messagesReceived)
        summary.integrity.lost += end.takenByRivals - summary.messagesReceived;
    summary.fairness = fairnessOf(sharesOf(end));
    const std::uint64_t accounted = summary.messagesReceived + summary.integrity.lost;
    summary.messagesQueued = summary.messagesSent > accounted ? summary.messagesSent - accounted : 0;
    summary.seconds =
        std::chrono::duration<double>(endOfWindow(result.experiment, end) - end.windowBegin).count();
    if (summary.seconds > 0) {
        summary.messagesPerSecond = static_cast<double>(summary.messagesReceived) / summary.seconds;
        summary.bytesPerSecond = static_cast<double>(summary.bytesReceived) / summary.seconds;
        if (!result.experiment.acknowledgement.isNone())
            summary.rawMessagesPerSecond = rawRate(summary);
    }
    for (const WorkerResult& worker : result.workers)
        summary.restarts += worker.restarts;
    const bool losesOtherwise =
        findMechanism(result.experiment.mechanism)->info().traits.loss == Loss::Possible;
    if (summary.restarts > 0 && !losesOtherwise) {
        summary.lostInRestarts = summary.integrity.lost;
        summary.repeatedInRestarts = summary.integrity.repeated;
    }
    summary.response = result.response.summary();
    summary.service = result.service.summary();
    summary.lateness = further.lateness.summary();
    summary.connecting = further.connecting.summary();
    summary.timeToMeet = timeToMeet(end.workers);
    summary.cost = costPerMessage(result);
    result.trace = traceOf(result, end);
    result.checks = selfChecks(result, end);
}

void addRaces(RaceCounts& sum, const CounterValues& counts)
{
    sum.tornRecords += counts[Counter::TornRecords];
    sum.lostUpdates += counts[Counter::LostUpdates];
    sum.staleReads += counts[Counter::StaleReads];
}

void addInterleaving(InterleavingCounts& sum, const CounterValues& counts)
{
    sum.tornRecords += counts[Counter::InterleavedRecords];
    sum.foreignPieces += counts[Counter::ForeignPieces];
}

Nanoseconds timeToMeet(std::span<const std::unique_ptr<WorkerProcess>> workers)
{
    Nanoseconds first = Nanoseconds::max();
    Nanoseconds last = Nanoseconds::zero();
    for (const std::unique_ptr<WorkerProcess>& worker : workers) {
        const Telemetry& telemetry = worker->last().telemetry;
        if (telemetry.joinedAt == Nanoseconds::zero())
            return Nanoseconds::zero(); // it never came so far
        first = std::min(first, telemetry.joinBegan);
        last = std::max(last, telemetry.joinedAt);
    }
    return std::max(last - first, Nanoseconds::zero());
}

IntegrityCounts integritySoFar(std::span<const std::unique_ptr<WorkerProcess>> workers)
{
    IntegrityCounts found;
    for (const std::unique_ptr<WorkerProcess>& worker : workers) {
        const WorkerProcess::Observation& seen = worker->last();
        if (!seen.window.countsBegun)
            continue;
        const CounterValues counts = seen.telemetry.counters.since(seen.window.countersAtBegin);
        addRaces(found.races, counts);
        addInterleaving(found.interleaving, counts);
        if (!isSink(worker->plan().task))
            continue;
        found.lost += counts[Counter::Lost];
        found.repeated += counts[Counter::Repeated];
        found.reordered += counts[Counter::Reordered];
        found.corrupt += counts[Counter::Corrupt];
        found.truncated += counts[Counter::Truncated];
    }
    return found;
}

} // namespace ipclab
