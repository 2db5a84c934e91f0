#include "engine/library/detail_tables.h"

#include "engine/library/part_columns.h"

#include <fmt/format.h>

#include <optional>

namespace ipclab {

namespace {

std::string addressesText(const KernelObject& object)
{
    std::string text;
    for (const MappedAddress& mapped : object.addresses)
        text += fmt::format("{}{} {:#x}", text.empty() ? "" : "; ", mapped.worker, mapped.address);
    return text;
}

/// A record of the deadlocks' table: the edges of one graph have its number in common.
struct DeadlockEdge {
    const Deadlock* deadlock;
    std::size_t number;
    const WaitEdge* edge;
};

} // namespace

CsvTable latencyTable(const RunResult& result)
{
    const auto countAt = [](const LatencyCounts& latencies, std::size_t index) {
        return index < latencies.counts.size() ? latencies.counts[index] : 0;
    };
    CsvTable table({"lower bound (ns)", "upper bound (ns)", "response (messages)", "service (messages)"});
    for (std::size_t index = 0; index < LatencyGrid::bucketCount; ++index) {
        if (countAt(result.response, index) == 0 && countAt(result.service, index) == 0)
            continue;
        table.add(LatencyGrid::lowerBound(index));
        table.add(LatencyGrid::lowerBound(index + 1));
        table.add(countAt(result.response, index));
        table.add(countAt(result.service, index));
    }
    return table;
}

CsvTable classesTable(const RunResult& result)
{
    CsvColumns<ClassResult> columns;
    columns.add("class", &ClassResult::title)
        .add("share", &ClassResult::share)
        .add("sent (messages)", &ClassResult::sent)
        .add("received (messages)", &ClassResult::received)
        .add("queued (messages)", &ClassResult::queued)
        .add("overtaking (messages)", &ClassResult::overtaking)
        .add("overtaken (messages)", &ClassResult::overtaken)
        .addPart(&ClassResult::response, countedLatencyColumns("response"))
        .addPart(&ClassResult::service, countedLatencyColumns("service"));
    return columns.tableOf(result.classes);
}

/// In the order in which they were delivered; where a class overtakes it is not that of sending.
CsvTable deliveriesTable(const RunResult& result)
{
    CsvTable table({"order of delivery", "order of sending", "class"});
    for (std::size_t index = 0; index < result.deliveries.size(); ++index) {
        const Delivery& delivery = result.deliveries[index];
        table.add(index);
        table.add(delivery.sequence);
        table.add(result.classes.at(delivery.messageClass).title);
    }
    return table;
}

CsvTable readsTable(const RunResult& result)
{
    CsvTable table({"lower bound (B)", "upper bound (B)", "reads"});
    for (std::size_t index = 0; index < SizeGrid::bucketCount; ++index) {
        if (result.reads.counts[index] == 0)
            continue;
        table.add(SizeGrid::lowerBound(index));
        table.add(SizeGrid::lowerBound(index + 1));
        table.add(result.reads.counts[index]);
    }
    return table;
}

CsvTable eventsTable(const RunResult& result)
{
    CsvColumns<LoggedEvent> columns;
    columns.add("time (s)", inSeconds(&LoggedEvent::at))
        .add("kind", [](const LoggedEvent& event) { return word(event.kind); })
        .add("worker", &LoggedEvent::worker)
        .add("text", &LoggedEvent::text);
    return columns.tableOf(result.events);
}

CsvTable objectsTable(const RunResult& result)
{
    CsvColumns<KernelObject> columns;
    columns.add("kind", &KernelObject::kind)
        .add("name", &KernelObject::name)
        .add("inode",
             [](const KernelObject& object) {
                 return object.hasOwnInode() ? std::optional(object.inode) : std::nullopt;
             })
        .add("owner", &KernelObject::owner)
        .add("mode",
             [](const KernelObject& object) {
                 return object.mode ? fmt::format("{:04o}", *object.mode) : std::string();
             })
        .add("mapped at", addressesText);
    return columns.tableOf(result.objects);
}

CsvTable faultsTable(const RunResult& result)
{
    CsvColumns<FaultRecord> columns;
    columns.add("time (s)", inSeconds(&FaultRecord::at))
        .add("fault", [](const FaultRecord& record) { return toText(record.fault); })
        .add("outcome", [](const FaultRecord& record) { return identifier(record.outcome); })
        .add("text", &FaultRecord::sentence);
    return columns.tableOf(result.faults);
}

CsvTable saturationStepsTable(const Saturation& saturation)
{
    CsvColumns<SaturationStep> columns;
    columns.add("asked (messages/s)", &SaturationStep::asked)
        .add("reached (messages/s)", &SaturationStep::reached)
        .add("messages", &SaturationStep::messages)
        .add(fmt::format("response {} (ns)", saturation.goal.percentile), &SaturationStep::latency)
        .add("verdict", [](const SaturationStep& step) { return word(step.verdict); });
    return columns.tableOf(saturation.steps);
}

CsvTable deadlocksTable(const RunResult& result)
{
    CsvColumns<DeadlockEdge> columns;
    columns.add("time (s)", [](const DeadlockEdge& each) { return inSeconds(&Deadlock::at)(*each.deadlock); })
        .add("deadlock", &DeadlockEdge::number)
        .add("waiter", [](const DeadlockEdge& each) { return each.edge->waiter; })
        .add("awaited", [](const DeadlockEdge& each) { return each.edge->awaited; })
        .add("what", [](const DeadlockEdge& each) { return each.edge->what; })
        .add("awaited is dead", [](const DeadlockEdge& each) { return each.edge->awaitedIsDead; });
    std::vector<DeadlockEdge> edges;
    for (std::size_t index = 0; index < result.deadlocks.size(); ++index)
        for (const WaitEdge& edge : result.deadlocks[index].graph.edges)
            edges.push_back({&result.deadlocks[index], index + 1, &edge});
    return columns.tableOf(edges);
}

} // namespace ipclab
