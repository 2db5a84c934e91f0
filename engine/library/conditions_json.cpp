#include "engine/library/conditions_json.h"

#include "engine/base/quantity.h"
#include "engine/experiment/option_groups.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

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

} // namespace

Json toJsonValue(const Fault& fault)
{
    Json json = Json::object();
    for (const std::string_view key : faultKeys())
        if (const std::string text = faultKeyText(fault, key); !text.empty())
            json[std::string(key)] = text;
    return json;
}

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

Json toJsonValue(const KernelObject& object)
{
    Json addresses = Json::array();
    for (const MappedAddress& mapped : object.addresses)
        addresses.push_back({{"worker", mapped.worker}, {"address", fmt::format("{:#x}", mapped.address)}});
    return {{"kind", object.kind},      {"name", object.name},      {"inode", inodeOf(object)},
            {"owner", ownerOf(object)}, {"mode", modeText(object)}, {"addresses", addresses}};
}

} // namespace ipclab
