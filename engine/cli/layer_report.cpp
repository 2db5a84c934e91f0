#include "engine/cli/layer_report.h"

#include "engine/cli/figure_text.h"
#include "engine/experiment/layers.h"

#include <fmt/format.h>

namespace ipclab {

namespace {

std::string impairmentLine(const RunResult& result)
{
    const ImpairedCounts& done = result.summary.impaired;
    const std::string what = impairmentText(result.experiment);
    if (what.empty())
        return {};
    return fmt::format("  impairment  {}: {} dropped, {} repeated, {} delayed, {} reordered on purpose\n",
                       what, countText(done.dropped), countText(done.repeated), countText(done.delayed),
                       countText(done.reordered));
}

std::string kernelLine(const RunSummary& summary)
{
    if (summary.droppedByKernel == 0)
        return {};
    return fmt::format("  kernel      {} dropped for want of room in the receive buffer\n",
                       countText(summary.droppedByKernel));
}

std::string acknowledgementLine(const RunResult& result)
{
    const RunSummary& summary = result.summary;
    const std::string what = acknowledgementText(result.experiment);
    if (what.empty())
        return {};
    const AcknowledgedCounts& counts = summary.acknowledged;
    return fmt::format(
        "  acknowledged by {}: goodput {} of {} sent · {} sent again · {} time-outs · {} acknowledgements · "
        "{} repeats suppressed\n",
        what, messageRateText(summary.messagesPerSecond), messageRateText(summary.rawMessagesPerSecond),
        countText(counts.retransmitted), countText(counts.timeOuts), countText(counts.acknowledgements),
        countText(counts.suppressed));
}

std::string waitsText(const RunResult& result)
{
    std::string text;
    for (const WorkerResult& worker : result.workers) {
        const WaitCounts& waits = worker.waits;
        if (waits.timeOuts > 0)
            text += fmt::format("  deadline    {}: {} waits timed out, {} messages given up\n", worker.role,
                                countText(waits.timeOuts), countText(waits.givenUp));
        if (waits.backOffs > 0)
            text += fmt::format("  back-off    {}: {} pauses, {} in all\n", worker.role,
                                countText(waits.backOffs), durationText(waits.backOffTime));
    }
    return text;
}

std::string connectingLine(const LatencySummary& connecting)
{
    if (connecting.count == 0)
        return {};
    return fmt::format("  connecting  {} connections · p50 {} · p99 {} · max {}\n",
                       countText(connecting.count), durationText(connecting.p50),
                       durationText(connecting.p99), durationText(connecting.max));
}

} // namespace

std::string layersText(const RunResult& result)
{
    return impairmentLine(result) + kernelLine(result.summary) + acknowledgementLine(result) +
           waitsText(result) + connectingLine(result.summary.connecting);
}

} // namespace ipclab
