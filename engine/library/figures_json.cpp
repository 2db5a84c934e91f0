#include "engine/library/figures_json.h"

#include "engine/library/layer_json.h"

namespace ipclab {

namespace {

Json toJsonValue(const IntegrityCounts& counts)
{
    return {{"lost", counts.lost},
            {"repeated", counts.repeated},
            {"reordered", counts.reordered},
            {"corrupt", counts.corrupt},
            {"truncated", counts.truncated},
            {"torn_records", counts.races.tornRecords},
            {"lost_updates", counts.races.lostUpdates},
            {"stale_reads", counts.races.staleReads},
            {"interleaved_records", counts.interleaving.tornRecords},
            {"foreign_pieces", counts.interleaving.foreignPieces}};
}

Json toJsonValue(const MessageCost& cost)
{
    return {{"copies", cost.copies},
            {"system_calls", finite(cost.systemCalls)},
            {"user_ns", finite(cost.userNanoseconds)},
            {"system_ns", finite(cost.systemNanoseconds)},
            {"context_switches", finite(cost.contextSwitches)}};
}

Json toJsonValue(const TimeSplit& split)
{
    Json json = Json::object();
    for (std::size_t index = 0; index < workerStateCount; ++index)
        json[std::string(identifier(static_cast<WorkerState>(index)))] = split.time[index].count();
    return json;
}

/// A latency with its histogram.
Json blocksJson(const LatencyCounts& blocks)
{
    Json json = toJsonValue(blocks.summary());
    json["histogram"] = toJsonValue(blocks);
    return json;
}

Json toJsonValue(const BlockPoint& blocks)
{
    return {{"sending", toJsonValue(blocks.sending)},
            {"receiving", toJsonValue(blocks.receiving)},
            {"open_sending", blocks.openSending.count()},
            {"open_receiving", blocks.openReceiving.count()}};
}

Json toJsonValue(const std::optional<SaturationStep>& step)
{
    return step ? toJsonValue(*step) : Json(nullptr);
}

} // namespace

Json toJsonValue(const LatencySummary& latency)
{
    return {{"count", latency.count},     {"min", latency.min.count()},  {"p50", latency.p50.count()},
            {"p90", latency.p90.count()}, {"p99", latency.p99.count()},  {"p99_9", latency.p999.count()},
            {"max", latency.max.count()}, {"mean", latency.mean.count()}};
}

Json toJsonValue(const SaturationStep& step)
{
    return {{"asked_per_second", finite(step.asked)},
            {"reached_per_second", finite(step.reached)},
            {"messages", step.messages},
            {"response_ns", step.latency.count()},
            {"verdict", identifier(step.verdict)}};
}

Json toJsonValue(const ClassPoint& messages)
{
    return {{"sent", messages.sent},
            {"received", messages.received},
            {"overtaking", messages.overtaking},
            {"overtaken", messages.overtaken},
            {"response_ns", toJsonValue(messages.response)}};
}

Json toJsonValue(const WorkerPoint& worker)
{
    return {{"sent", worker.sent},
            {"received", worker.received},
            {"would_block", worker.wouldBlock},
            {"time_ns", toJsonValue(worker.time)},
            {"cpu_ns", worker.cpu.count()},
            {"busy_waiting", worker.busyWaiting}};
}

Json toJsonValue(const RunSummary& summary)
{
    return {{"outcome", word(summary.outcome)},
            {"seconds", finite(summary.seconds)},
            {"messages_sent", summary.messagesSent},
            {"messages_received", summary.messagesReceived},
            {"messages_queued", summary.messagesQueued},
            {"bytes_received", summary.bytesReceived},
            {"messages_per_second", finite(summary.messagesPerSecond)},
            {"bytes_per_second", finite(summary.bytesPerSecond)},
            {"latency_every", summary.latencyEvery},
            {"response_ns", toJsonValue(summary.response)},
            {"service_ns", toJsonValue(summary.service)},
            {"lateness_ns", toJsonValue(summary.lateness)},
            {"integrity", toJsonValue(summary.integrity)},
            {"time_to_meet_ns", summary.timeToMeet.count()},
            {"cost_per_message", toJsonValue(summary.cost)},
            {"restarts", summary.restarts},
            {"lost_in_restarts", summary.lostInRestarts},
            {"repeated_in_restarts", summary.repeatedInRestarts},
            {"fairness", summary.fairness ? Json(*summary.fairness) : Json(nullptr)},
            {"dropped_by_kernel", summary.droppedByKernel},
            {"waits", layerJson(summary.waits)},
            {"impaired", layerJson(summary.impaired)},
            {"acknowledged", layerJson(summary.acknowledged)},
            {"raw_messages_per_second", finite(summary.rawMessagesPerSecond)},
            {"connecting_ns", toJsonValue(summary.connecting)}};
}

Json toJsonValue(const ClassResult& messages)
{
    return {{"title", messages.title},
            {"share", finite(messages.share)},
            {"sent", messages.sent},
            {"received", messages.received},
            {"queued", messages.queued},
            {"overtaking", messages.overtaking},
            {"overtaken", messages.overtaken},
            {"response_ns", toJsonValue(messages.response)},
            {"service_ns", toJsonValue(messages.service)}};
}

Json toJsonValue(const Delivery& delivery)
{
    return {{"sequence", delivery.sequence}, {"class", delivery.messageClass}};
}

Json toJsonValue(const WorkerResult& worker)
{
    return {{"role", worker.role},
            {"pid", worker.pid},
            {"exit", worker.exit},
            {"restarts", worker.restarts},
            {"sent", worker.sent},
            {"received", worker.received},
            {"joined_after_ns", worker.joinedAfter.count()},
            {"response_ns", toJsonValue(worker.response)},
            {"service_ns", toJsonValue(worker.service)},
            {"hop_ns", toJsonValue(worker.hop)},
            {"wall_ns", worker.wall.count()},
            {"time_ns", toJsonValue(worker.time)},
            {"blocks_ns",
             {{"sending", blocksJson(worker.blocks.sending)},
              {"receiving", blocksJson(worker.blocks.receiving)}}},
            {"would_block", worker.wouldBlock},
            {"system_calls", worker.systemCalls},
            {"partial_transfers", worker.partialTransfers},
            {"dropped_by_kernel", worker.droppedByKernel},
            {"waits", layerJson(worker.waits)},
            {"impaired", layerJson(worker.impaired)},
            {"acknowledged", layerJson(worker.acknowledged)},
            {"connecting_ns", toJsonValue(worker.connecting)},
            {"user_ns", worker.user.count()},
            {"system_ns", worker.system.count()},
            {"voluntary_switches", worker.voluntarySwitches},
            {"involuntary_switches", worker.involuntarySwitches},
            {"busy_waiting", worker.busyWaiting},
            {"errors", Json(worker.errors)},
            {"standard_error", worker.standardError}};
}

Json toJsonValue(const SeriesPoint& point)
{
    return {{"at_ns", point.at.count()},
            {"length_ns", point.length.count()},
            {"warm_up", point.warmUp},
            {"offered", finite(point.offered)},
            {"sent", point.sent},
            {"received", point.received},
            {"arrived", finite(point.arrived)},
            {"bytes_received", point.bytesReceived},
            {"response_ns", toJsonValue(point.response)},
            {"service_ns", toJsonValue(point.service)},
            {"blocks_ns", toJsonValue(point.blocks)},
            {"fill_messages", point.fillMessages},
            {"fill_bytes", point.fillBytes},
            {"torn_records", point.races.tornRecords},
            {"lost_updates", point.races.lostUpdates},
            {"stale_reads", point.races.staleReads},
            {"interleaved_records", point.interleaving.tornRecords},
            {"foreign_pieces", point.interleaving.foreignPieces},
            {"workers", toJsonList(point.workers)},
            {"classes", toJsonList(point.classes)}};
}

Json toJsonValue(const LatencyCounts& histogram)
{
    Json buckets = Json::array();
    for (std::size_t index = 0; index < histogram.counts.size(); ++index)
        if (histogram.counts[index] > 0)
            buckets.push_back({LatencyGrid::lowerBound(index), LatencyGrid::lowerBound(index + 1),
                               histogram.counts[index]});
    return buckets;
}

Json toJsonValue(const SizeCounts& sizes)
{
    Json buckets = Json::array();
    for (std::size_t index = 0; index < sizes.counts.size(); ++index)
        if (sizes.counts[index] > 0)
            buckets.push_back(
                {SizeGrid::lowerBound(index), SizeGrid::lowerBound(index + 1), sizes.counts[index]});
    return buckets;
}

Json toJsonValue(const std::optional<Saturation>& saturation)
{
    if (!saturation)
        return nullptr;
    return {{"sentence", saturation->sentence()},         {"percentile", saturation->goal.percentile},
            {"limit_ns", saturation->goal.limit.count()}, {"complete", saturation->isComplete},
            {"kept", toJsonValue(saturation->kept)},      {"failed", toJsonValue(saturation->failed)},
            {"steps", toJsonList(saturation->steps)}};
}

} // namespace ipclab
