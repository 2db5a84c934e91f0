#include "engine/library/result_json.h"

#include "engine/base/quantity.h"
#include "engine/experiment/option_groups.h"
#include "engine/library/layer_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ipclab {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "ipclab.run/1";

double finite(double number)
{
    return std::isfinite(number) ? number : 0;
}

/// What a program or a file name says need not be UTF-8; JSON must be.
std::string dump(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// "message.size" becomes the member `size` of the member `message`.
Json& member(Json& root, std::string key)
{
    std::replace(key.begin(), key.end(), '.', '/');
    return root[Json::json_pointer("/" + key)];
}

Json valueOf(const OptionSpec& spec, const std::string& text)
{
    if (spec.kind == OptionKind::Count)
        if (const auto count = parseCount(text))
            return *count;
    return text;
}

Json toJsonValue(const Fault& fault)
{
    Json json = Json::object();
    for (const std::string_view key : faultKeys())
        if (const std::string text = faultKeyText(fault, key); !text.empty())
            json[std::string(key)] = text;
    return json;
}

template <typename Item>
Json toJsonList(const std::vector<Item>& items);

Json toJsonValue(const Experiment& experiment)
{
    Json json;
    for (const OptionSpec& spec : experimentKeys())
        member(json, spec.id) = valueOf(spec, keyText(experiment, spec.id));
    for (const OptionGroup& group : optionGroups()) {
        const Options chosen = group.chosenIn(experiment);
        for (const auto& [key, text] : chosen.all())
            member(json, key) = text;
    }
    json["fault"] = toJsonList(experiment.faults);
    return json;
}

Json toJsonValue(const Host& host)
{
    Json limits = Json::object();
    for (const HostLimit& limit : host.limits)
        limits[limit.id] = limit.value;
    return {{"name", host.name},
            {"kernel", host.kernel},
            {"processor", host.processor},
            {"cores", host.cores},
            {"governor", host.governor},
            {"virtualisation", host.virtualisation},
            {"mitigations", host.mitigations},
            {"clock_source", host.clockSource},
            {"load", finite(host.load)},
            {"memory_bytes", host.memory},
            {"program", host.program},
            {"limits", limits}};
}

Json toJsonValue(const EffectiveSetting& setting)
{
    return {{"id", setting.id},
            {"label", setting.label},
            {"requested", setting.requested},
            {"effective", setting.effective}};
}

Json toJsonValue(const std::optional<Capacity>& capacity)
{
    if (!capacity)
        return nullptr;
    return {{"amount", capacity->amount},
            {"unit", capacity->unit == CapacityUnit::Bytes ? "bytes" : "messages"},
            {"overhead_per_message", capacity->overheadPerMessage}};
}

Json modeText(const KernelObject& object)
{
    if (!object.mode)
        return nullptr;
    return fmt::format("{:04o}", *object.mode);
}

Json inodeOf(const KernelObject& object)
{
    if (!object.hasOwnInode())
        return nullptr;
    return object.inode;
}

Json ownerOf(const KernelObject& object)
{
    if (!object.hasOwnInode())
        return nullptr;
    return object.owner;
}

Json toJsonValue(const KernelObject& object)
{
    Json addresses = Json::array();
    for (const MappedAddress& mapped : object.addresses)
        addresses.push_back({{"worker", mapped.worker}, {"address", fmt::format("{:#x}", mapped.address)}});
    return {{"kind", object.kind},      {"name", object.name},      {"inode", inodeOf(object)},
            {"owner", ownerOf(object)}, {"mode", modeText(object)}, {"addresses", addresses}};
}

Json toJsonValue(const LatencySummary& latency)
{
    return {{"count", latency.count},     {"min", latency.min.count()},  {"p50", latency.p50.count()},
            {"p90", latency.p90.count()}, {"p99", latency.p99.count()},  {"p99_9", latency.p999.count()},
            {"max", latency.max.count()}, {"mean", latency.mean.count()}};
}

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

Json toJsonValue(const ClassPoint& messages)
{
    return {{"sent", messages.sent},
            {"received", messages.received},
            {"overtaking", messages.overtaking},
            {"overtaken", messages.overtaken},
            {"response_ns", toJsonValue(messages.response)}};
}

Json toJsonValue(const SaturationStep& step)
{
    return {{"asked_per_second", finite(step.asked)},
            {"reached_per_second", finite(step.reached)},
            {"messages", step.messages},
            {"response_ns", step.latency.count()},
            {"verdict", identifier(step.verdict)}};
}

Json toJsonValue(const TimeSplit& split)
{
    Json json = Json::object();
    for (std::size_t index = 0; index < workerStateCount; ++index)
        json[std::string(identifier(static_cast<WorkerState>(index)))] = split.time[index].count();
    return json;
}

Json toJsonValue(const LatencyCounts& histogram);

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

Json toJsonValue(const WorkerPoint& worker)
{
    return {{"sent", worker.sent},
            {"received", worker.received},
            {"would_block", worker.wouldBlock},
            {"time_ns", toJsonValue(worker.time)},
            {"cpu_ns", worker.cpu.count()},
            {"busy_waiting", worker.busyWaiting}};
}

Json toJsonValue(const WaitEdge& edge)
{
    return {{"waiter", edge.waiter},
            {"awaited", edge.awaited},
            {"what", edge.what},
            {"awaited_is_dead", edge.awaitedIsDead}};
}

template <typename Item>
Json toJsonList(const std::vector<Item>& items)
{
    Json list = Json::array();
    for (const Item& item : items)
        list.push_back(toJsonValue(item));
    return list;
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
            buckets.push_back({latency_grid::lowerBound(index), latency_grid::lowerBound(index + 1),
                               histogram.counts[index]});
    return buckets;
}

Json toJsonValue(const SizeCounts& sizes)
{
    Json buckets = Json::array();
    for (std::size_t index = 0; index < sizes.counts.size(); ++index)
        if (sizes.counts[index] > 0)
            buckets.push_back(
                {size_grid::lowerBound(index), size_grid::lowerBound(index + 1), sizes.counts[index]});
    return buckets;
}

Json toJsonValue(const LoggedEvent& event)
{
    return {{"at_ns", event.at.count()},
            {"kind", word(event.kind)},
            {"worker", event.worker},
            {"text", event.text}};
}

Json toJsonValue(const FaultRecord& record)
{
    return {{"fault", toText(record.fault)},
            {"at_ns", record.at.count()},
            {"outcome", identifier(record.outcome)},
            {"sentence", record.sentence}};
}

Json toJsonValue(const Deadlock& deadlock)
{
    return {{"at_ns", deadlock.at.count()},
            {"nodes", Json(deadlock.graph.workers)},
            {"edges", toJsonList(deadlock.graph.edges)},
            {"sentence", deadlock.graph.sentence()}};
}

Json toJsonValue(const std::optional<SaturationStep>& step)
{
    return step ? toJsonValue(*step) : Json(nullptr);
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

/// What the trace is; the events themselves are in files of their own.
Json toJsonValue(const std::shared_ptr<const RunTrace>& trace)
{
    if (!trace)
        return nullptr;
    Json workers = Json::array();
    for (const WorkerTrace& worker : trace->workers)
        workers.push_back({{"role", worker.role},
                           {"recorded", worker.recorded},
                           {"kept", worker.events.size()},
                           {"event_cost_ns", worker.costPerEvent.count()}});
    return {{"keep", word(trace->keep)}, {"room", trace->room}, {"workers", workers}};
}

Json toJsonValue(const SelfCheck& check)
{
    return {{"id", check.id}, {"holds", check.holds}, {"sentence", check.sentence}};
}

/// One item of a list a line: long series stay readable, can be searched by line, and are never in memory as
/// a tree.
template <typename Item>
std::string listText(const std::vector<Item>& items)
{
    std::string text = "[";
    for (const Item& item : items)
        text += (text.size() == 1 ? "\n    " : ",\n    ") + dump(toJsonValue(item));
    return text + (items.empty() ? "]" : "\n  ]");
}

std::string objectText(const RunResult& result)
{
    const Json histograms = {{"response_ns", toJsonValue(result.response)},
                             {"service_ns", toJsonValue(result.service)},
                             {"read_bytes", toJsonValue(result.reads)}};
    const std::vector<std::pair<std::string, std::string>> members = {
        {"schema", dump(schema)},
        {"started_at", dump(result.startedAt)},
        {"experiment", dump(toJsonValue(result.experiment))},
        {"host", dump(toJsonValue(result.host))},
        {"effective", listText(result.effective)},
        {"capacity", dump(toJsonValue(result.capacity))},
        {"objects", listText(result.objects)},
        {"summary", dump(toJsonValue(result.summary))},
        {"classes", listText(result.classes)},
        {"deliveries", listText(result.deliveries)},
        {"workers", listText(result.workers)},
        {"series", listText(result.series)},
        {"histograms", dump(histograms)},
        {"events", listText(result.events)},
        {"faults", listText(result.faults)},
        {"deadlocks", listText(result.deadlocks)},
        {"saturation", dump(toJsonValue(result.saturation))},
        {"checks", listText(result.checks)},
        {"trace", dump(toJsonValue(result.trace))},
    };
    std::string text = "{";
    for (const auto& [name, value] : members)
        text += fmt::format("{}\n  \"{}\": {}", text.size() == 1 ? "" : ",", name, value);
    return text + "\n}";
}

} // namespace

std::string toJson(const RunResult& result)
{
    return objectText(result) + "\n";
}

std::string toJson(const std::vector<RunResult>& results)
{
    std::string text = "[";
    for (const RunResult& result : results)
        text += (text.size() == 1 ? "\n" : ",\n") + objectText(result);
    return text + "\n]\n";
}

} // namespace ipclab
