#include "engine/run/self_checks.h"

#include "engine/experiment/layers.h"
#include "engine/mechanisms/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace ipclab {

namespace {

bool hasClosed(const FaultRecord& record)
{
    return record.fault.kind == FaultKind::Close && record.outcome != FaultOutcome::Refused;
}

/// Everybody heard the farewell, so nothing can be left in the channel.
bool wasDrained(const RunResult& result, const RunEnd& end)
{
    if (std::ranges::any_of(result.faults, hasClosed))
        return false; // nobody takes out what is left there
    for (const std::unique_ptr<WorkerProcess>& worker : end.workers)
        if (!worker->hasFinished())
            return false;
    return end.outcome == RunOutcome::Finished || end.outcome == RunOutcome::Stopped;
}

/// Processes changed the channel at once, without a lock: that it damages messages is what the run shows.
bool raced(const RunResult& result)
{
    return result.summary.integrity.races.total() > 0;
}

std::string_view excuse(bool holds, const RunResult& result)
{
    return !holds && raced(result) ? "; not so here, because nobody held the lock and records were damaged"
                                   : "";
}

/// A worker that was killed may have sent one that it had not counted, and its successor leaves a number out.
bool differByRestarts(std::uint64_t sent, std::uint64_t accounted, const RunSummary& summary)
{
    const std::uint64_t really = accounted - std::min(accounted, summary.repeatedInRestarts);
    return std::max(sent, really) - std::min(sent, really) <= summary.restarts;
}

std::string restartsExcuse(std::uint64_t sent, std::uint64_t accounted, const RunSummary& summary)
{
    if (sent == accounted || summary.restarts == 0)
        return {};
    return fmt::format("; at each of the {} restarts a number may be left out, or counted on one side only",
                       summary.restarts);
}

SelfCheck messagesAddUp(const RunResult& result, const RunEnd& end)
{
    const RunSummary& summary = result.summary;
    const std::uint64_t accounted = summary.messagesReceived + summary.integrity.lost;
    // What a worker has in its hands is in no buffer.
    const std::uint64_t inHands = end.workers.size();
    std::uint64_t room = result.capacity ? result.capacity->amount + result.capacity->readAhead : 0;
    if (result.capacity && result.capacity->unit == CapacityUnit::Bytes)
        room = result.capacity->amount /
                   (messageSizes(result.experiment).smallest + result.capacity->overheadPerMessage) +
               result.capacity->readAhead / messageSizes(result.experiment).smallest;
    room += layerWindow(result.experiment);
    // What got lost behind the last message that was received is not known to be lost.
    const bool mayBeLost = mayLoseMessages(result.experiment);
    const bool mayBeQueued = summary.messagesQueued <= room + inHands || !result.capacity || mayBeLost;
    const bool isExact = wasDrained(result, end) && !end.isCutShort;
    const bool holds = isExact ? differByRestarts(summary.messagesSent, accounted, summary)
                               : summary.messagesSent + inHands >= accounted && mayBeQueued;
    return {"sent_equals_received_lost_queued", holds || raced(result),
            fmt::format("{} sent = {} received + {} lost + {} queued{}{}", summary.messagesSent,
                        summary.messagesReceived, summary.integrity.lost, summary.messagesQueued,
                        restartsExcuse(summary.messagesSent, accounted + summary.messagesQueued, summary),
                        excuse(holds, result))};
}

/// What the impairment layer dropped is lost; whatever else is lost, the kernel dropped.
SelfCheck lossIsExplained(const RunResult& result, const RunEnd& end)
{
    const std::uint64_t lost = result.summary.integrity.lost;
    const std::uint64_t dropped = result.summary.impaired.dropped;
    const bool isAlone = findMechanism(result.experiment.mechanism)->info().traits.loss == Loss::Never;
    const bool isExact = wasDrained(result, end) && !end.isCutShort;
    const bool holds = !isExact || (isAlone ? lost == dropped : lost >= dropped);
    return {"lost_equals_dropped", holds,
            fmt::format(
                "{} lost = {} dropped on purpose + {} dropped by the kernel, as the gaps in the numbers tell",
                lost, dropped, lost > dropped ? lost - dropped : 0)};
}

SelfCheck intervalsAddUp(const RunResult& result)
{
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t bytes = 0;
    for (const SeriesPoint& point : result.series) {
        if (point.warmUp)
            continue;
        sent += point.sent;
        received += point.received;
        bytes += point.bytesReceived;
    }
    const RunSummary& summary = result.summary;
    const bool holds = sent == summary.messagesSent && received == summary.messagesReceived &&
                       bytes == summary.bytesReceived;
    return {"intervals_equal_totals", holds,
            fmt::format("the intervals' {} sent, {} received, {} B = the totals {}, {}, {} B", sent, received,
                        bytes, summary.messagesSent, summary.messagesReceived, summary.bytesReceived)};
}

/// Stamped when sent against recorded when received. Lost messages take their stamps with them; small ones
/// can lose a stamp when more are on their way than there are notes.
SelfCheck stampsAddUp(const RunResult& result, const RunEnd& end)
{
    std::uint64_t stamped = 0;
    for (const std::unique_ptr<WorkerProcess>& worker : end.workers)
        if (isSource(worker->plan().task) && worker->last().window.countsBegun)
            stamped += worker->last().telemetry.counters.since(
                worker->last().window.countersAtBegin)[Counter::Stamped];
    const std::uint64_t recorded = result.summary.response.count;
    const bool isExact = wasDrained(result, end) && !end.isCutShort && result.summary.integrity.lost == 0 &&
                         result.summary.restarts == 0 &&
                         messageSizes(result.experiment).smallest >= smallestHeadedMessage;
    const std::uint64_t inHands = end.workers.size();
    const std::uint64_t twice = result.summary.repeatedInRestarts;
    const bool holds = isExact ? recorded == stamped : recorded <= stamped + inHands + twice;
    return {"histogram_equals_stamped", holds || raced(result),
            fmt::format("{} latencies recorded of {} messages stamped{}", recorded, stamped,
                        excuse(holds, result))};
}

/// A kill may come between the two countings of a message.
SelfCheck classesAddUp(const RunResult& result)
{
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    for (const ClassResult& messages : result.classes) {
        sent += messages.sent;
        received += messages.received;
    }
    const RunSummary& summary = result.summary;
    constexpr std::uint64_t inHands = 1;
    const bool holds = sent <= summary.messagesSent && sent + inHands >= summary.messagesSent &&
                       received <= summary.messagesReceived && received + inHands >= summary.messagesReceived;
    return {"classes_equal_totals", holds,
            fmt::format("the classes' {} sent, {} received = the totals {}, {}", sent, received,
                        summary.messagesSent, summary.messagesReceived)};
}

bool isInOrder(const LatencySummary& latency)
{
    return latency.min <= latency.p50 && latency.p50 <= latency.p90 && latency.p90 <= latency.p99 &&
           latency.p99 <= latency.p999 && latency.p999 <= latency.max;
}

SelfCheck percentilesInOrder(const RunResult& result)
{
    const bool holds = isInOrder(result.summary.response) && isInOrder(result.summary.service);
    return {"percentiles_in_order", holds,
            "min ≤ p50 ≤ p90 ≤ p99 ≤ p99.9 ≤ max, for response and service time"};
}

SelfCheck statesAddUp(const RunResult& result)
{
    bool holds = true;
    std::string sentence;
    for (const WorkerResult& worker : result.workers) {
        const auto wall = static_cast<double>(worker.wall.count());
        const auto states = static_cast<double>(worker.time.total().count());
        holds = holds && std::abs(states - wall) <= wall / 100;
        sentence += fmt::format("{}{}: the states' {:.3f} s = {:.3f} s of wall time",
                                sentence.empty() ? "" : "; ", worker.role, states / 1e9, wall / 1e9);
    }
    return {"states_equal_wall_time", holds, sentence};
}

std::uint64_t spentIn(Window window, const MeasuredWindow& measured)
{
    const auto index = static_cast<std::size_t>(window);
    return static_cast<std::uint64_t>(
        (measured.windowsAtEnd.time[index] - measured.windowsAtBegin.time[index]).count());
}

/// Every wait is in a histogram, and with its whole length. Only where the worker itself closed its account,
/// and had it to itself: one that is killed may have written down a wait's end in one place and not yet in
/// the other.
SelfCheck blocksAddUp(const RunEnd& end)
{
    SelfCheck check{"blocks_equal_waiting_time", true, {}};
    for (const std::unique_ptr<WorkerProcess>& worker : end.workers) {
        const WorkerProcess::Observation& seen = worker->last();
        if (!seen.window.timesBegun || !seen.window.ended || worker->restarts() > 0)
            continue;
        const std::uint64_t blocked = seen.telemetry.blocks.sending.sum + seen.telemetry.blocks.receiving.sum;
        const std::uint64_t waited =
            spentIn(Window::WaitingToSend, seen.window) + spentIn(Window::WaitingToReceive, seen.window);
        check.holds = check.holds && blocked == waited;
        check.sentence +=
            fmt::format("{}{}: single waits of {} ns in all = {} ns of waiting",
                        check.sentence.empty() ? "" : "; ", worker->plan().role, blocked, waited);
    }
    return check;
}

} // namespace

std::vector<SelfCheck> selfChecks(const RunResult& result, const RunEnd& end)
{
    std::vector<SelfCheck> checks{messagesAddUp(result, end), intervalsAddUp(result),
                                  stampsAddUp(result, end),   percentilesInOrder(result),
                                  statesAddUp(result),        blocksAddUp(end)};
    if (result.experiment.impairment.drop > 0 && result.experiment.acknowledgement.isNone())
        checks.push_back(lossIsExplained(result, end));
    if (!result.classes.empty())
        checks.push_back(classesAddUp(result));
    return checks;
}

} // namespace ipclab
