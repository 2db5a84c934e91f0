#include "engine/library/layer_table.h"

#include <cstdint>

namespace ipclab {

namespace {

void addCounts(CsvTable& table, const auto& counts)
{
    const ImpairedCounts& impaired = counts.impaired;
    const AcknowledgedCounts& acknowledged = counts.acknowledged;
    const WaitCounts& waits = counts.waits;
    for (const std::uint64_t count :
         {counts.droppedByKernel, impaired.dropped, impaired.repeated, impaired.delayed, impaired.reordered,
          acknowledged.retransmitted, acknowledged.timeOuts, acknowledged.acknowledgements,
          acknowledged.suppressed, waits.timeOuts, waits.givenUp, waits.backOffs})
        table.add(count);
    table.add(waits.backOffTime.count());
}

} // namespace

std::vector<std::string> layerNames()
{
    return {"dropped by the kernel (messages)",
            "impaired: dropped (messages)",
            "impaired: repeated (messages)",
            "impaired: delayed (messages)",
            "impaired: reordered (messages)",
            "retransmitted (messages)",
            "retransmission time-outs",
            "acknowledgements",
            "suppressed (messages)",
            "time-outs",
            "given up (messages)",
            "back-offs",
            "back-off (ns)"};
}

void addLayers(CsvTable& table, const RunSummary& summary)
{
    addCounts(table, summary);
}

void addLayers(CsvTable& table, const WorkerResult& worker)
{
    addCounts(table, worker);
}

} // namespace ipclab
