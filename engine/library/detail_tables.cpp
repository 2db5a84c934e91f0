#include "engine/library/detail_tables.h"

#include "engine/library/csv_columns.h"

#include <fmt/format.h>

namespace ipclab {

namespace {

std::string addressesText(const KernelObject& object)
{
    std::string text;
    for (const MappedAddress& mapped : object.addresses)
        text += fmt::format("{}{} {:#x}", text.empty() ? "" : "; ", mapped.worker, mapped.address);
    return text;
}

} // namespace

CsvTable latencyTable(const RunResult& result)
{
    const auto countAt = [](const LatencyCounts& latencies, std::size_t index) {
        return index < latencies.counts.size() ? latencies.counts[index] : 0;
    };
    CsvTable table({"lower bound (ns)", "upper bound (ns)", "response (messages)", "service (messages)"});
    for (std::size_t index = 0; index < latency_grid::bucketCount; ++index) {
        if (countAt(result.response, index) == 0 && countAt(result.service, index) == 0)
            continue;
        table.add(latency_grid::lowerBound(index));
        table.add(latency_grid::lowerBound(index + 1));
        table.add(countAt(result.response, index));
        table.add(countAt(result.service, index));
    }
    return table;
}

CsvTable classesTable(const RunResult& result)
{
    CsvTable table(Names{"class", "share", "sent (messages)", "received (messages)", "queued (messages)",
                         "overtaking (messages)", "overtaken (messages)", "response count (messages)"} +
                   latencyNames("response") + Names{"service count (messages)"} + latencyNames("service"));
    for (const ClassResult& messages : result.classes) {
        table.add(messages.title);
        table.add(messages.share);
        table.add(messages.sent);
        table.add(messages.received);
        table.add(messages.queued);
        table.add(messages.overtaking);
        table.add(messages.overtaken);
        table.add(messages.response.count);
        addLatency(table, messages.response);
        table.add(messages.service.count);
        addLatency(table, messages.service);
    }
    return table;
}

/// The order of arrival is that of the sequence numbers.
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
    for (std::size_t index = 0; index < size_grid::bucketCount; ++index) {
        if (result.reads.counts[index] == 0)
            continue;
        table.add(size_grid::lowerBound(index));
        table.add(size_grid::lowerBound(index + 1));
        table.add(result.reads.counts[index]);
    }
    return table;
}

CsvTable eventsTable(const RunResult& result)
{
    CsvTable table({"time (s)", "kind", "worker", "text"});
    for (const LoggedEvent& event : result.events) {
        table.addSeconds(event.at);
        table.add(word(event.kind));
        table.add(event.worker);
        table.add(event.text);
    }
    return table;
}

CsvTable objectsTable(const RunResult& result)
{
    CsvTable table({"kind", "name", "inode", "owner", "mode", "mapped at"});
    for (const KernelObject& object : result.objects) {
        table.add(object.kind);
        table.add(object.name);
        table.add(object.hasOwnInode() ? std::to_string(object.inode) : std::string());
        table.add(object.owner);
        table.add(object.mode ? fmt::format("{:04o}", *object.mode) : std::string());
        table.add(addressesText(object));
    }
    return table;
}

CsvTable faultsTable(const RunResult& result)
{
    CsvTable table({"time (s)", "fault", "outcome", "text"});
    for (const FaultRecord& record : result.faults) {
        table.addSeconds(record.at);
        table.add(toText(record.fault));
        table.add(identifier(record.outcome));
        table.add(record.sentence);
    }
    return table;
}

/// The edges of one graph have its number in common.
CsvTable deadlocksTable(const RunResult& result)
{
    CsvTable table({"time (s)", "deadlock", "waiter", "awaited", "what", "awaited is dead"});
    for (std::size_t index = 0; index < result.deadlocks.size(); ++index)
        for (const WaitEdge& edge : result.deadlocks[index].graph.edges) {
            table.addSeconds(result.deadlocks[index].at);
            table.add(index + 1);
            table.add(edge.waiter);
            table.add(edge.awaited);
            table.add(edge.what);
            table.add(yesOrNo(edge.awaitedIsDead));
        }
    return table;
}

} // namespace ipclab
