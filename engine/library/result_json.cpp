#include "engine/library/result_json.h"

#include "engine/library/conditions_json.h"
#include "engine/library/events_json.h"
#include "engine/library/figures_json.h"

#include <fmt/format.h>

#include <utility>

namespace ipclab {

namespace {

constexpr std::string_view schema = "ipclab.run/1";

/// What a program or a file name says need not be UTF-8; JSON must be.
std::string dump(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
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
