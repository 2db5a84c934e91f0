#include "engine/library/block_table.h"

#include <optional>
#include <string>
#include <string_view>

namespace ipclab {

namespace {

void addBuckets(CsvTable& table, const std::string& role, std::string_view direction,
                const LatencyCounts& blocks)
{
    for (std::size_t index = 0; index < blocks.counts.size(); ++index) {
        if (blocks.counts[index] == 0)
            continue;
        table.add(role);
        table.add(direction);
        table.add(LatencyGrid::lowerBound(index));
        table.add(LatencyGrid::lowerBound(index + 1));
        table.add(blocks.counts[index]);
    }
}

CsvColumns<LatencySummary> directionColumns(const std::string& direction)
{
    CsvColumns<LatencySummary> columns;
    columns.add("blocks " + direction, &LatencySummary::count);
    const auto add = [&](const char* name, Nanoseconds LatencySummary::*figure) {
        columns.add("block " + direction + " " + name + " (ns)", [figure](const LatencySummary& blocks) {
            return blocks.count > 0 ? std::optional(blocks.*figure) : std::nullopt;
        });
    };
    add("p50", &LatencySummary::p50);
    add("p90", &LatencySummary::p90);
    add("p99", &LatencySummary::p99);
    add("max", &LatencySummary::max);
    return columns;
}

} // namespace

CsvTable blockTable(const RunResult& result)
{
    CsvTable table({"role", "direction", "lower bound (ns)", "upper bound (ns)", "blocks"});
    for (const WorkerResult& worker : result.workers) {
        addBuckets(table, worker.role, "sending", worker.blocks.sending);
        addBuckets(table, worker.role, "receiving", worker.blocks.receiving);
    }
    return table;
}

CsvColumns<BlockTimes> blockColumns()
{
    CsvColumns<BlockTimes> columns;
    columns
        .addPart([](const BlockTimes& blocks) { return blocks.sending.summary(); },
                 directionColumns("sending"))
        .addPart([](const BlockTimes& blocks) { return blocks.receiving.summary(); },
                 directionColumns("receiving"));
    return columns;
}

} // namespace ipclab
