#include "engine/cli/run_report.h"

#include "engine/base/quantity.h"
#include "engine/base/wording.h"
#include "engine/cli/figure_text.h"
#include "engine/cli/layer_report.h"
#include "engine/experiment/shape.h"
#include "engine/mechanisms/catalog.h"

#include <fmt/format.h>

#include <limits.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace ipclab {

namespace {

std::string headText(const RunResult& result)
{
    const Experiment& experiment = result.experiment;
    return fmt::format("{}\n  {}: {}, messages of {}, {}, wait {}\n",
                       experiment.title.empty() ? experiment.mechanism : experiment.title,
                       word(result.summary.outcome), experiment.mechanism, sizesText(experiment),
                       word(experiment.exchange), word(experiment.wait));
}

std::string throughputText(const RunSummary& summary)
{
    return fmt::format("  throughput  {} · {} · {} messages in {:.3g} s\n",
                       messageRateText(summary.messagesPerSecond), byteRateText(summary.bytesPerSecond),
                       countText(summary.messagesReceived), summary.seconds);
}

std::string deadlocksText(const RunResult& result)
{
    std::string text;
    for (const Deadlock& deadlock : result.deadlocks)
        text += fmt::format("  deadlock    {}\n", deadlock.graph.sentence());
    return text;
}

std::string costText(const RunSummary& summary)
{
    const MessageCost& cost = summary.cost;
    const auto time = [](double nanoseconds) {
        return durationText(Nanoseconds(static_cast<std::int64_t>(std::llround(nanoseconds))));
    };
    return fmt::format(
        "  per message {:.0f} copies · {:.3g} system calls · {} user · {} system · {:.3g} context "
        "switches\n",
        cost.copies, cost.systemCalls, time(cost.userNanoseconds), time(cost.systemNanoseconds),
        cost.contextSwitches);
}

std::string latencyLine(std::string_view name, const LatencySummary& latency)
{
    if (latency.count == 0)
        return {};
    return fmt::format("    {:<10}{:>11}{:>11}{:>11}{:>11}{:>11}\n", name, durationText(latency.p50),
                       durationText(latency.p90), durationText(latency.p99), durationText(latency.p999),
                       durationText(latency.max));
}

std::string latencyText(const RunSummary& summary, Exchange exchange)
{
    const std::string lines = latencyLine("response", summary.response) +
                              latencyLine("service", summary.service) +
                              latencyLine("lateness", summary.lateness);
    if (lines.empty())
        return "  latency     none measured\n";
    std::string note = exchange == Exchange::RoundTrip ? ", of the round trip" : "";
    if (summary.latencyEvery > 1)
        note += fmt::format(", one message in {}", summary.latencyEvery);
    return fmt::format("  latency{}{:>16}{:>11}{:>11}{:>11}{:>11}{}\n{}", "", "p50", "p90", "p99", "p99.9",
                       "max", note, lines);
}

std::string integrityText(const RunResult& result)
{
    if (result.experiment.measure.integrity == Integrity::Off)
        return "  integrity   not checked\n";
    const IntegrityCounts& counts = result.summary.integrity;
    const std::array<std::pair<std::uint64_t, std::string_view>, 5> kinds{{{counts.lost, "lost"},
                                                                           {counts.repeated, "repeated"},
                                                                           {counts.reordered, "reordered"},
                                                                           {counts.corrupt, "corrupt"},
                                                                           {counts.truncated, "truncated"}}};
    std::vector<std::string> words;
    for (const auto& [count, kind] : kinds)
        if (count > 0)
            words.push_back(fmt::format("{} {}", countText(count), kind));
    return fmt::format("  integrity   {}\n",
                       words.empty() ? "every message whole and in order" : enumerated(words, "and"));
}

std::string racesText(const RunResult& result)
{
    const Mechanism* mechanism = findMechanism(result.experiment.mechanism);
    if (!mechanism || !mechanism->info().traits.canRace)
        return {};
    const RaceCounts& races = result.summary.integrity.races;
    if (races.total() == 0)
        return "  races       none\n";
    return fmt::format(
        "  races       {} torn records, {} lost updates and {} stale reads, for nobody held the lock\n",
        countText(races.tornRecords), countText(races.lostUpdates), countText(races.staleReads));
}

/// Nothing where nobody was started anew.
std::string restartsText(const RunSummary& summary)
{
    if (summary.restarts == 0)
        return {};
    return fmt::format("  restarts    {}; lost with those who died: {} messages, delivered again: {}\n",
                       summary.restarts, countText(summary.lostInRestarts),
                       countText(summary.repeatedInRestarts));
}

/// Where several write into one stream that marks nothing.
std::string recordsText(const RunResult& result)
{
    const Mechanism* mechanism = findMechanism(result.experiment.mechanism);
    if (!mechanism || !sendersInterleave(result.experiment, *mechanism))
        return {};
    const InterleavingCounts& mixed = result.summary.integrity.interleaving;
    return fmt::format(
        "  records     {} whole, {} torn by {} pieces of other writers, for only what is written "
        "at once and no larger than PIPE_BUF, on Linux {} B, stays together\n",
        countText(result.summary.messagesReceived - mixed.tornRecords), countText(mixed.tornRecords),
        countText(mixed.foreignPieces), PIPE_BUF);
}

/// Nothing where messages are all alike.
std::string classesText(const RunResult& result)
{
    if (result.classes.empty())
        return {};
    std::string text =
        fmt::format("  {:<14}{:>9}{:>11}{:>11}{:>12}{:>12}{:>9}{:>12}{:>11}\n", "response of", "p50", "p99",
                    "max", "sent", "received", "queued", "overtaking", "overtaken");
    for (const ClassResult& messages : result.classes) {
        const auto latency = [&](Nanoseconds figure) {
            return messages.response.count == 0 ? "-" : durationText(figure);
        };
        text += fmt::format("    {:<12}{:>9}{:>11}{:>11}{:>12}{:>12}{:>9}{:>12}{:>11}\n", messages.title,
                            latency(messages.response.p50), latency(messages.response.p99),
                            latency(messages.response.max), countText(messages.sent),
                            countText(messages.received), countText(messages.queued),
                            countText(messages.overtaking), countText(messages.overtaken));
    }
    return text;
}

std::string workersText(const RunResult& result)
{
    if (result.workers.empty())
        return {};
    std::string text =
        fmt::format("  {:<12}{:>9}{:>9}{:>17}{:>19}{:>9}{:>10}{:>9}{:>14}\n", "worker", "running", "ready",
                    "blocked sending", "blocked receiving", "pacing", "sleeping", "stopped", "system calls");
    for (const WorkerResult& worker : result.workers) {
        const auto share = [&](WorkerState state) {
            return shareText(worker.time[state], worker.time.total());
        };
        text += fmt::format(
            "    {:<10}{:>9}{:>9}{:>17}{:>19}{:>9}{:>10}{:>9}{:>14}{}{}\n", worker.role,
            share(WorkerState::Running), share(WorkerState::Ready), share(WorkerState::BlockedSending),
            share(WorkerState::BlockedReceiving), share(WorkerState::Pacing), share(WorkerState::Sleeping),
            share(WorkerState::Stopped), countText(worker.systemCalls),
            worker.busyWaiting ? "  busy-waiting" : "", worker.exit == "finished" ? "" : "  " + worker.exit);
    }
    return text;
}

void addBlockLine(std::string& text, const std::string& role, std::string_view direction,
                  const LatencyCounts& blocks)
{
    const LatencySummary summary = blocks.summary();
    if (summary.count > 0)
        text += fmt::format("    {:<10} {:<10}{:>13}{:>11}{:>11}{:>11}{:>11}\n", role, direction,
                            countText(summary.count), durationText(summary.p50), durationText(summary.p90),
                            durationText(summary.p99), durationText(summary.max));
}

/// How long each wait lasted; nothing where nobody waited.
std::string blocksText(const RunResult& result)
{
    std::string lines;
    for (const WorkerResult& worker : result.workers) {
        addBlockLine(lines, worker.role, "sending", worker.blocks.sending);
        addBlockLine(lines, worker.role, "receiving", worker.blocks.receiving);
    }
    if (lines.empty())
        return {};
    return fmt::format("  {:<23}{:>13}{:>11}{:>11}{:>11}{:>11}\n", "blocked", "times", "p50", "p90", "p99",
                       "longest") +
           lines;
}

/// Only where there are more than two, or they pass messages on: a pair's figures are the run's.
std::string shapeText(const RunResult& result)
{
    const bool isPair =
        result.experiment.shape.kind == ShapeKind::Pair && result.experiment.exchange != Exchange::FullDuplex;
    if (isPair)
        return {};
    std::string text = fmt::format("  {:<14}{:>14}{:>14}{:>15}{:>15}{:>11}{:>11}\n", "per worker", "sent",
                                   "received", "response p50", "response p99", "hop p50", "hop p99");
    const auto time = [](const LatencySummary& latency, Nanoseconds LatencySummary::*which) {
        return latency.count > 0 ? durationText(latency.*which) : std::string("–");
    };
    for (const WorkerResult& worker : result.workers)
        text += fmt::format("    {:<12}{:>14}{:>14}{:>15}{:>15}{:>11}{:>11}\n", worker.role,
                            countText(worker.sent), countText(worker.received),
                            time(worker.response, &LatencySummary::p50),
                            time(worker.response, &LatencySummary::p99),
                            time(worker.hop, &LatencySummary::p50), time(worker.hop, &LatencySummary::p99));
    if (result.summary.fairness)
        text += fmt::format("  fairness    {:.3f} (Jain's index: 1 when all have the same)\n",
                            *result.summary.fairness);
    return text;
}

std::string settingsText(const RunResult& result)
{
    std::string text;
    for (const EffectiveSetting& setting : result.effective)
        if (setting.requested != "default" && setting.requested != setting.effective)
            text += fmt::format("  setting     {}: {} asked, {} in effect\n", setting.id, setting.requested,
                                setting.effective);
    return text;
}

/// Where nothing marks a message in a byte stream.
std::string readsText(const RunResult& result)
{
    const std::uint64_t reads = result.reads.total();
    if (reads == 0)
        return {};
    std::uint64_t cuts = 0;
    for (const WorkerResult& worker : result.workers)
        cuts += worker.received > 0 ? worker.partialTransfers : 0;
    return fmt::format("  reads       {} for {} messages · p50 {} · p99 {} · {} ended inside a message\n",
                       countText(reads), countText(result.summary.messagesReceived),
                       formatSize(result.reads.quantile(0.5)), formatSize(result.reads.quantile(0.99)),
                       countText(cuts));
}

std::string meetingText(const RunResult& result)
{
    std::string text = fmt::format("  met         within {}", durationText(result.summary.timeToMeet));
    for (const WorkerResult& worker : result.workers)
        text += fmt::format(" · {} {} after its start", worker.role, durationText(worker.joinedAfter));
    return text + "\n";
}

/// What the run was made of.
std::string objectsText(const RunResult& result)
{
    std::string text;
    for (const KernelObject& object : result.objects) {
        text += fmt::format("  made of     {} {}", object.kind, object.name);
        if (object.hasOwnInode())
            text += fmt::format(", owner {}", object.owner);
        if (object.mode)
            text += fmt::format(", mode {:04o}", *object.mode);
        text += '\n';
        for (const MappedAddress& mapped : object.addresses)
            text += fmt::format("    {:<10}sees it at {:#x}\n", mapped.worker, mapped.address);
    }
    return text;
}

std::string faultsText(const RunResult& result)
{
    std::string text;
    for (const FaultRecord& record : result.faults)
        text += fmt::format("  fault       {}\n              {}\n", toText(record.fault), record.sentence);
    return text;
}

/// Where the load profile looks for the rate at which a limit is kept.
std::string saturationText(const RunResult& result)
{
    if (!result.saturation)
        return {};
    const Saturation& found = *result.saturation;
    std::string text = fmt::format("  saturation  {}\n    {:<14}{:>12}{:>12}{:>11}  {}\n", found.sentence(),
                                   "step", "asked", "reached", found.goal.percentile, "verdict");
    for (std::size_t index = 0; index < found.steps.size(); ++index) {
        const SaturationStep& step = found.steps[index];
        text += fmt::format("    {:<14}{:>12}{:>12}{:>11}  {}\n", index + 1, messageRateText(step.asked),
                            messageRateText(step.reached), durationText(step.latency), word(step.verdict));
    }
    return text;
}

std::string traceText(const RunResult& result)
{
    std::string text;
    if (result.trace)
        for (const WorkerTrace& worker : result.trace->workers)
            text +=
                fmt::format("  trace       {}: {}\n", worker.role, traceSentence(worker, result.trace->keep));
    return text;
}

std::string checksText(const RunResult& result)
{
    const auto violated = std::count_if(result.checks.begin(), result.checks.end(),
                                        [](const SelfCheck& check) { return !check.holds; });
    if (violated == 0)
        return fmt::format("  self-checks all {} hold\n", result.checks.size());
    std::string text = fmt::format("  self-checks {} of {} violated\n", violated, result.checks.size());
    for (const SelfCheck& check : result.checks)
        if (!check.holds)
            text += fmt::format("    {}\n", check.sentence);
    return text;
}

} // namespace

std::string reportText(const RunResult& result)
{
    std::string text = headText(result);
    if (result.summary.outcome == RunOutcome::Failed)
        return text;
    return text + throughputText(result.summary) + deadlocksText(result) + costText(result.summary) +
           latencyText(result.summary, result.experiment.exchange) + integrityText(result) +
           layersText(result) + restartsText(result.summary) + racesText(result) + recordsText(result) +
           classesText(result) + workersText(result) + blocksText(result) + shapeText(result) +
           faultsText(result) + saturationText(result) + settingsText(result) + meetingText(result) +
           objectsText(result) + readsText(result) + traceText(result) + checksText(result);
}

} // namespace ipclab
