#include "engine/library/result_csv.h"

#include "engine/library/atomic_file.h"
#include "engine/library/block_table.h"
#include "engine/library/csv_columns.h"
#include "engine/library/detail_tables.h"
#include "engine/library/layer_table.h"
#include "engine/library/trace_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace ipclab {

namespace {

constexpr std::size_t longestSlug = 40;

Names costNames()
{
    return {"time to meet (ns)",     "copies per message",      "system calls per message",
            "user per message (ns)", "system per message (ns)", "context switches per message"};
}

void addCost(CsvTable& table, const MessageCost& cost)
{
    for (const double figure :
         {cost.copies, cost.systemCalls, cost.userNanoseconds, cost.systemNanoseconds, cost.contextSwitches})
        table.add(figure);
}

const Names& summaryNames()
{
    static const Names names = Names{"title",
                                     "mechanism",
                                     "exchange",
                                     "wait",
                                     "load profile",
                                     "message size (B)",
                                     "started at (UTC)",
                                     "outcome",
                                     "measured (s)",
                                     "sent (messages)",
                                     "received (messages)",
                                     "queued (messages)",
                                     "received (B)",
                                     "throughput (messages/s)",
                                     "throughput (B/s)",
                                     "one latency in (messages)"} +
                               Names{"response count (messages)"} + latencyNames("response") +
                               Names{"service count (messages)"} + latencyNames("service") +
                               Names{"lateness count (messages)"} + latencyNames("lateness") +
                               Names{"lost (messages)",    "repeated (messages)",  "reordered (messages)",
                                     "corrupt (messages)", "truncated (messages)", "torn records",
                                     "lost updates",       "stale reads",          "interleaved records",
                                     "foreign pieces",     "fairness",             "self-checks hold"} +
                               costNames() + layerNames() +
                               Names{"raw throughput (messages/s)", "connecting count"} + latencyNames("connecting") +
                               Names{"restarts", "lost in restarts (messages)", "repeated in restarts (messages)", "saturation"};
    return names;
}

void addExperiment(CsvTable& table, const RunResult& result)
{
    const Experiment& experiment = result.experiment;
    table.add(experiment.title);
    table.add(experiment.mechanism);
    table.add(word(experiment.exchange));
    table.add(word(experiment.wait));
    table.add(experiment.load.profile);
    table.add(static_cast<std::uint64_t>(std::llround(messageSizes(experiment).mean)));
    table.add(result.startedAt);
}

void addSummary(CsvTable& table, const RunResult& result)
{
    addExperiment(table, result);
    const RunSummary& summary = result.summary;
    table.add(word(summary.outcome));
    table.add(summary.seconds);
    table.add(summary.messagesSent);
    table.add(summary.messagesReceived);
    table.add(summary.messagesQueued);
    table.add(summary.bytesReceived);
    table.add(summary.messagesPerSecond);
    table.add(summary.bytesPerSecond);
    table.add(summary.latencyEvery);
    for (const LatencySummary* latency : {&summary.response, &summary.service, &summary.lateness}) {
        table.add(latency->count);
        addLatency(table, *latency);
    }
    const IntegrityCounts& integrity = summary.integrity;
    for (const std::uint64_t count :
         {integrity.lost, integrity.repeated, integrity.reordered, integrity.corrupt, integrity.truncated,
          integrity.races.tornRecords, integrity.races.lostUpdates, integrity.races.staleReads,
          integrity.interleaving.tornRecords, integrity.interleaving.foreignPieces})
        table.add(count);
    if (summary.fairness)
        table.add(*summary.fairness);
    else
        table.addEmpty();
    table.add(yesOrNo(result.checksHold()));
    table.add(summary.timeToMeet.count());
    addCost(table, summary.cost);
    addLayers(table, summary);
    table.add(summary.rawMessagesPerSecond);
    table.add(summary.connecting.count);
    addLatency(table, summary.connecting);
    for (const std::uint64_t count :
         {std::uint64_t{summary.restarts}, summary.lostInRestarts, summary.repeatedInRestarts})
        table.add(count);
    table.add(result.saturation ? result.saturation->sentence() : std::string());
}

CsvTable summaryTable(const std::vector<const RunResult*>& results)
{
    CsvTable table(summaryNames());
    for (const RunResult* result : results)
        addSummary(table, *result);
    return table;
}

Names seriesNames(const RunResult& result)
{
    Names names = Names{"time (s)",          "interval (s)",          "warm-up",       "offered (messages/s)",
                        "sent (messages/s)", "received (messages/s)", "received (B/s)"} +
                  latencyNames("response") + latencyNames("service") +
                  Names{"fill (messages)", "fill (B)", "torn records", "lost updates", "stale reads", "interleaved records",
                        "foreign pieces"};
    for (const WorkerResult& worker : result.workers)
        names = std::move(names) +
                Names{worker.role + " sent (messages)", worker.role + " received (messages)",
                      worker.role + " would block"} +
                stateNames(worker.role + " ") +
                Names{worker.role + " CPU (ns)", worker.role + " busy-waiting"};
    return names;
}

void addWorkerPoint(CsvTable& table, const WorkerPoint& worker)
{
    table.add(worker.sent);
    table.add(worker.received);
    table.add(worker.wouldBlock);
    addStates(table, worker.time);
    table.add(worker.cpu.count());
    table.add(yesOrNo(worker.busyWaiting));
}

CsvTable seriesTable(const RunResult& result)
{
    CsvTable table(seriesNames(result));
    for (const SeriesPoint& point : result.series) {
        table.addSeconds(point.at);
        table.addSeconds(point.length);
        table.add(yesOrNo(point.warmUp));
        table.add(point.offeredPerSecond());
        table.add(point.sentPerSecond());
        table.add(point.receivedPerSecond());
        table.add(point.seconds() > 0 ? static_cast<double>(point.bytesReceived) / point.seconds() : 0.0);
        addLatency(table, point.response);
        addLatency(table, point.service);
        table.add(point.fillMessages);
        table.add(point.fillBytes);
        table.add(point.races.tornRecords);
        table.add(point.races.lostUpdates);
        table.add(point.races.staleReads);
        table.add(point.interleaving.tornRecords);
        table.add(point.interleaving.foreignPieces);
        // A run that failed early may know fewer workers in a point than in its list.
        for (std::size_t index = 0; index < result.workers.size(); ++index)
            addWorkerPoint(table, index < point.workers.size() ? point.workers[index] : WorkerPoint{});
    }
    return table;
}

std::string errorsText(const WorkerResult& worker)
{
    std::string text;
    for (const auto& [name, count] : worker.errors)
        text += fmt::format("{}{} {}", text.empty() ? "" : "; ", name, count);
    return text;
}

CsvTable workersTable(const RunResult& result)
{
    CsvTable table(
        Names{"role", "pid", "exit", "sent (messages)", "received (messages)", "joined after (ns)"} +
        latencyNames("response") + latencyNames("service") + latencyNames("hop") + Names{"wall (ns)"} +
        stateNames("") + blockNames() +
        Names{"busy-waiting", "would block", "system calls", "partial transfers", "user (ns)", "system (ns)",
              "voluntary switches", "involuntary switches", "errors", "standard error"} +
        layerNames() + latencyNames("connecting"));
    for (const WorkerResult& worker : result.workers) {
        table.add(worker.role);
        table.add(worker.pid);
        table.add(worker.exit);
        table.add(worker.sent);
        table.add(worker.received);
        table.add(worker.joinedAfter.count());
        for (const LatencySummary* latency : {&worker.response, &worker.service, &worker.hop})
            addLatency(table, *latency);
        table.add(worker.wall.count());
        addStates(table, worker.time);
        addBlocks(table, worker.blocks);
        table.add(yesOrNo(worker.busyWaiting));
        table.add(worker.wouldBlock);
        table.add(worker.systemCalls);
        table.add(worker.partialTransfers);
        table.add(worker.user.count());
        table.add(worker.system.count());
        table.add(worker.voluntarySwitches);
        table.add(worker.involuntarySwitches);
        table.add(errorsText(worker));
        table.add(worker.standardError);
        addLayers(table, worker);
        addLatency(table, worker.connecting);
    }
    return table;
}

CsvTable saturationTable(const Saturation& saturation)
{
    CsvTable table({"asked (messages/s)", "reached (messages/s)", "messages",
                    fmt::format("response {} (ns)", saturation.goal.percentile), "verdict"});
    for (const SaturationStep& step : saturation.steps) {
        table.add(step.asked);
        table.add(step.reached);
        table.add(step.messages);
        table.add(step.latency.count());
        table.add(word(step.verdict));
    }
    return table;
}

void write(const CsvTable& table, const std::string& directory, std::string_view name)
{
    writeFileAtomically(fmt::format("{}/{}", directory, name), table.text());
}

/// Lower-case letters and digits, words joined by hyphens: what needs no quoting in a shell.
std::string slug(std::string_view title)
{
    std::string text;
    for (const char character : title) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x80 && std::isalnum(byte) != 0)
            text += static_cast<char>(std::tolower(byte));
        else if (!text.empty() && text.back() != '-')
            text += '-';
    }
    text.resize(std::min(text.size(), longestSlug));
    while (text.ends_with('-'))
        text.pop_back();
    return text;
}

} // namespace

void writeCsv(const RunResult& result, const std::string& directory)
{
    requireWritableDirectory(directory);
    write(summaryTable({&result}), directory, "summary.csv");
    write(seriesTable(result), directory, "series.csv");
    write(workersTable(result), directory, "workers.csv");
    write(latencyTable(result), directory, "latency.csv");
    write(blockTable(result), directory, "blocks.csv");
    write(eventsTable(result), directory, "events.csv");
    write(faultsTable(result), directory, "faults.csv");
    write(deadlocksTable(result), directory, "deadlocks.csv");
    write(objectsTable(result), directory, "objects.csv");
    write(readsTable(result), directory, "reads.csv");
    if (result.saturation)
        write(saturationTable(*result.saturation), directory, "saturation.csv");
    if (result.trace) {
        write(traceTable(*result.trace), directory, "trace.csv");
        writeTraceJson(result, fmt::format("{}/trace.json", directory));
    }
    if (result.classes.empty())
        return;
    write(classesTable(result), directory, "classes.csv");
    write(deliveriesTable(result), directory, "deliveries.csv");
}

void writeCsv(const std::vector<RunResult>& results, const std::string& directory)
{
    if (results.size() == 1)
        return writeCsv(results.front(), directory);
    requireWritableDirectory(directory);
    std::vector<const RunResult*> all;
    for (const RunResult& result : results)
        all.push_back(&result);
    write(summaryTable(all), directory, "summary.csv");
    for (std::size_t index = 0; index < results.size(); ++index)
        writeCsv(results[index], fmt::format("{}/{}", directory, csvDirectoryName(results[index], index)));
}

std::string csvDirectoryName(const RunResult& result, std::size_t index)
{
    const std::string name = slug(result.experiment.title);
    return name.empty() ? std::to_string(index + 1) : fmt::format("{}-{}", index + 1, name);
}

} // namespace ipclab
