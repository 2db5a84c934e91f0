#include "engine/library/block_table.h"

#include <array>
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
        table.add(latency_grid::lowerBound(index));
        table.add(latency_grid::lowerBound(index + 1));
        table.add(blocks.counts[index]);
    }
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

std::vector<std::string> blockNames()
{
    std::vector<std::string> names;
    for (const std::string direction : {"sending", "receiving"}) {
        names.push_back("blocks " + direction);
        for (const std::string figure : {"p50", "p90", "p99", "max"})
            names.push_back("block " + direction + " " + figure + " (ns)");
    }
    return names;
}

void addBlocks(CsvTable& table, const BlockTimes& blocks)
{
    for (const LatencyCounts* direction : {&blocks.sending, &blocks.receiving}) {
        const LatencySummary summary = direction->summary();
        table.add(summary.count);
        for (const Nanoseconds figure : {summary.p50, summary.p90, summary.p99, summary.max}) {
            if (summary.count > 0)
                table.add(figure.count());
            else
                table.addEmpty();
        }
    }
}

} // namespace ipclab
