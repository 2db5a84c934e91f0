#include "engine/library/run_tables.h"

#include "engine/library/block_table.h"
#include "engine/library/part_columns.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace ipclab {

namespace {

CsvColumns<Experiment> experimentColumns()
{
    CsvColumns<Experiment> columns;
    columns.add("title", &Experiment::title)
        .add("mechanism", &Experiment::mechanism)
        .add("exchange", [](const Experiment& experiment) { return word(experiment.exchange); })
        .add("wait", [](const Experiment& experiment) { return word(experiment.wait); })
        .add("load profile", [](const Experiment& experiment) { return experiment.load.profile; })
        .add("message size (B)",
             [](const Experiment& experiment) { return std::llround(messageSizes(experiment).mean); });
    return columns;
}

CsvColumns<RunSummary> transferColumns()
{
    CsvColumns<RunSummary> columns;
    columns.add("outcome", [](const RunSummary& summary) { return word(summary.outcome); })
        .add("measured (s)", &RunSummary::seconds)
        .add("sent (messages)", &RunSummary::messagesSent)
        .add("received (messages)", &RunSummary::messagesReceived)
        .add("queued (messages)", &RunSummary::messagesQueued)
        .add("received (B)", &RunSummary::bytesReceived)
        .add("throughput (messages/s)", &RunSummary::messagesPerSecond)
        .add("throughput (B/s)", &RunSummary::bytesPerSecond)
        .add("one latency in (messages)", &RunSummary::latencyEvery)
        .addPart(&RunSummary::response, countedLatencyColumns("response"))
        .addPart(&RunSummary::service, countedLatencyColumns("service"))
        .addPart(&RunSummary::lateness, countedLatencyColumns("lateness"));
    return columns;
}

CsvColumns<RaceCounts> raceColumns()
{
    CsvColumns<RaceCounts> columns;
    columns.add("torn records", &RaceCounts::tornRecords)
        .add("lost updates", &RaceCounts::lostUpdates)
        .add("stale reads", &RaceCounts::staleReads);
    return columns;
}

CsvColumns<InterleavingCounts> interleavingColumns()
{
    CsvColumns<InterleavingCounts> columns;
    columns.add("interleaved records", &InterleavingCounts::tornRecords)
        .add("foreign pieces", &InterleavingCounts::foreignPieces);
    return columns;
}

CsvColumns<IntegrityCounts> integrityColumns()
{
    CsvColumns<IntegrityCounts> columns;
    columns.add("lost (messages)", &IntegrityCounts::lost)
        .add("repeated (messages)", &IntegrityCounts::repeated)
        .add("reordered (messages)", &IntegrityCounts::reordered)
        .add("corrupt (messages)", &IntegrityCounts::corrupt)
        .add("truncated (messages)", &IntegrityCounts::truncated)
        .addPart(&IntegrityCounts::races, raceColumns())
        .addPart(&IntegrityCounts::interleaving, interleavingColumns());
    return columns;
}

CsvColumns<MessageCost> costColumns()
{
    CsvColumns<MessageCost> columns;
    columns.add("copies per message", &MessageCost::copies)
        .add("system calls per message", &MessageCost::systemCalls)
        .add("user per message (ns)", &MessageCost::userNanoseconds)
        .add("system per message (ns)", &MessageCost::systemNanoseconds)
        .add("context switches per message", &MessageCost::contextSwitches);
    return columns;
}

CsvColumns<RunSummary> expenseColumns()
{
    CsvColumns<RunSummary> columns;
    columns.add("time to meet (ns)", &RunSummary::timeToMeet)
        .addPart(&RunSummary::cost, costColumns())
        .addPart(std::identity(), layerColumns<RunSummary>())
        .add("raw throughput (messages/s)", &RunSummary::rawMessagesPerSecond)
        .add("connecting count", [](const RunSummary& summary) { return summary.connecting.count; })
        .addPart(&RunSummary::connecting, latencyColumns("connecting"))
        .add("restarts", &RunSummary::restarts)
        .add("lost in restarts (messages)", &RunSummary::lostInRestarts)
        .add("repeated in restarts (messages)", &RunSummary::repeatedInRestarts);
    return columns;
}

CsvColumns<RunResult> summaryColumns()
{
    CsvColumns<RunResult> columns;
    columns.addPart(&RunResult::experiment, experimentColumns())
        .add("started at (UTC)", &RunResult::startedAt)
        .addPart(&RunResult::summary, transferColumns())
        .addPart([](const RunResult& result) { return result.summary.integrity; }, integrityColumns())
        .add("fairness", [](const RunResult& result) { return result.summary.fairness; })
        .add("self-checks hold", &RunResult::checksHold)
        .addPart(&RunResult::summary, expenseColumns())
        .add("saturation", [](const RunResult& result) {
            return result.saturation ? result.saturation->sentence() : std::string();
        });
    return columns;
}

CsvColumns<WorkerPoint> workerPointColumns(const std::string& role)
{
    CsvColumns<WorkerPoint> columns;
    columns.add(role + " sent (messages)", &WorkerPoint::sent)
        .add(role + " received (messages)", &WorkerPoint::received)
        .add(role + " would block", &WorkerPoint::wouldBlock)
        .addPart(&WorkerPoint::time, stateColumns(role + " "))
        .add(role + " CPU (ns)", &WorkerPoint::cpu)
        .add(role + " busy-waiting", &WorkerPoint::busyWaiting);
    return columns;
}

CsvColumns<SeriesPoint> pointColumns()
{
    CsvColumns<SeriesPoint> columns;
    columns.add("time (s)", inSeconds(&SeriesPoint::at))
        .add("interval (s)", inSeconds(&SeriesPoint::length))
        .add("warm-up", &SeriesPoint::warmUp)
        .add("offered (messages/s)", &SeriesPoint::offeredPerSecond)
        .add("sent (messages/s)", &SeriesPoint::sentPerSecond)
        .add("received (messages/s)", &SeriesPoint::receivedPerSecond)
        .add("received (B/s)",
             [](const SeriesPoint& point) {
                 return point.seconds() > 0 ? static_cast<double>(point.bytesReceived) / point.seconds()
                                            : 0.0;
             })
        .addPart(&SeriesPoint::response, latencyColumns("response"))
        .addPart(&SeriesPoint::service, latencyColumns("service"))
        .add("fill (messages)", &SeriesPoint::fillMessages)
        .add("fill (B)", &SeriesPoint::fillBytes)
        .addPart(&SeriesPoint::races, raceColumns())
        .addPart(&SeriesPoint::interleaving, interleavingColumns());
    return columns;
}

std::string errorsText(const WorkerResult& worker)
{
    std::string text;
    for (const auto& [name, count] : worker.errors)
        text += fmt::format("{}{} {}", text.empty() ? "" : "; ", name, count);
    return text;
}

} // namespace

CsvTable summaryTable(const std::vector<const RunResult*>& results)
{
    const CsvColumns<RunResult> columns = summaryColumns();
    CsvTable table(columns.names());
    for (const RunResult* result : results)
        columns.fill(table, *result);
    return table;
}

CsvTable seriesTable(const RunResult& result)
{
    CsvColumns<SeriesPoint> columns = pointColumns();
    for (std::size_t index = 0; index < result.workers.size(); ++index) {
        // A run that failed early may know fewer workers in a point than in its list.
        const auto worker = [index](const SeriesPoint& point) {
            return index < point.workers.size() ? point.workers[index] : WorkerPoint{};
        };
        columns.addPart(worker, workerPointColumns(result.workers[index].role));
    }
    return columns.tableOf(result.series);
}

CsvTable workersTable(const RunResult& result)
{
    CsvColumns<WorkerResult> columns;
    columns.add("role", &WorkerResult::role)
        .add("pid", &WorkerResult::pid)
        .add("exit", &WorkerResult::exit)
        .add("sent (messages)", &WorkerResult::sent)
        .add("received (messages)", &WorkerResult::received)
        .add("joined after (ns)", &WorkerResult::joinedAfter)
        .addPart(&WorkerResult::response, latencyColumns("response"))
        .addPart(&WorkerResult::service, latencyColumns("service"))
        .addPart(&WorkerResult::hop, latencyColumns("hop"))
        .add("wall (ns)", &WorkerResult::wall)
        .addPart(&WorkerResult::time, stateColumns())
        .addPart(&WorkerResult::blocks, blockColumns())
        .add("busy-waiting", &WorkerResult::busyWaiting)
        .add("would block", &WorkerResult::wouldBlock)
        .add("system calls", &WorkerResult::systemCalls)
        .add("partial transfers", &WorkerResult::partialTransfers)
        .add("user (ns)", &WorkerResult::user)
        .add("system (ns)", &WorkerResult::system)
        .add("voluntary switches", &WorkerResult::voluntarySwitches)
        .add("involuntary switches", &WorkerResult::involuntarySwitches)
        .add("errors", errorsText)
        .add("standard error", &WorkerResult::standardError)
        .addPart(std::identity(), layerColumns<WorkerResult>())
        .addPart(&WorkerResult::connecting, latencyColumns("connecting"));
    return columns.tableOf(result.workers);
}

} // namespace ipclab
