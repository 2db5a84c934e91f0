#include "engine/cli/mechanism_json.h"

#include <array>

namespace ipclab {

namespace {

using Json = nlohmann::ordered_json;

template <typename Enum, std::size_t count>
std::string_view nameIn(const std::array<std::string_view, count>& names, Enum value)
{
    return names.at(static_cast<std::size_t>(value));
}

// In the order of the enumerations.
constexpr std::array<std::string_view, 9> optionKinds{"choice", "switch", "count",  "size", "duration",
                                                      "rate",   "ratio",  "number", "text"};
constexpr std::array<std::string_view, 2> directions{"one-way", "two-way"};
constexpr std::array<std::string_view, 4> orderings{"fifo", "by priority", "by type", "unordered"};
constexpr std::array<std::string_view, 2> losses{"never", "possible"};
constexpr std::array<std::string_view, 3> boundaries{"kept", "framed", "none"};
constexpr std::array<std::string_view, 2> contents{"carried", "count only"};
constexpr std::array<std::string_view, 3> persistences{"processes", "kernel", "file"};
constexpr std::array<std::string_view, 2> peerExits{"noticed", "unnoticed"};
constexpr std::array<std::string_view, 6> namings{"inherited", "path", "abstract",
                                                  "key",       "port", "POSIX name"};

Json toJsonValue(const Traits& traits)
{
    Json namedBy = Json::array();
    for (const NamedBy naming : traits.namedBy)
        namedBy.push_back(nameIn(namings, naming));
    Json waits = Json::array();
    for (const Wait wait : traits.waits)
        waits.push_back(word(wait));
    return {{"boundaries", nameIn(boundaries, traits.boundaries)},
            {"directions", nameIn(directions, traits.directions)},
            {"ordering", nameIn(orderings, traits.ordering)},
            {"loss", nameIn(losses, traits.loss)},
            {"content", nameIn(contents, traits.content)},
            {"persistence", nameIn(persistences, traits.persistence)},
            {"peer_exit", nameIn(peerExits, traits.peerExit)},
            {"named_by", namedBy},
            {"waits", waits},
            {"most_senders", traits.mostSenders},
            {"most_receivers", traits.mostReceivers},
            {"copies_per_message", traits.copiesPerMessage},
            {"has_priorities", traits.hasPriorities},
            {"has_types", traits.hasTypes},
            {"needs_lock", traits.needsLock}};
}

} // namespace

Json toJsonValue(const Mechanism& mechanism)
{
    const MechanismInfo& info = mechanism.info();
    const std::optional<Unavailability> lack = mechanism.unavailable();
    Json json = {{"id", info.id},
                 {"title", info.title},
                 {"summary", info.summary},
                 {"family", word(info.traits.family)},
                 {"chips", chips(info.traits)},
                 {"traits", toJsonValue(info.traits)},
                 {"options", toJsonValue(info.options)},
                 {"man_pages", info.manPages},
                 {"is_available", !lack}};
    if (lack)
        json["unavailable"] = {{"reason", lack->reason}, {"remedy", lack->remedy}};
    return json;
}

Json toJsonValue(const Complexity& complexity)
{
    Json files = Json::array();
    for (const SourceShare& file : complexity.files)
        files.push_back(Json{{"path", file.path}, {"lines", file.lines}});
    return {{"own_lines", complexity.ownLines()},
            {"shared_lines", complexity.sharedLines()},
            {"files", files},
            {"system_calls", complexity.systemCalls},
            {"kernel_objects", complexity.objects},
            {"removals", complexity.removals},
            {"errors_told_apart", complexity.errors},
            {"failures_explained", complexity.failures}};
}

Json toJsonValue(const OptionSpec& option)
{
    Json json = {{"id", option.id},
                 {"label", option.label},
                 {"help", option.help},
                 {"kind", nameIn(optionKinds, option.kind)},
                 {"default", option.initial}};
    if (option.least)
        json["least"] = *option.least;
    if (option.most)
        json["most"] = *option.most;
    if (!option.zero.empty())
        json["zero"] = option.zero;
    for (const OptionChoice& choice : option.choices)
        json["choices"].push_back(Json{{"id", choice.id}, {"title", choice.title}, {"help", choice.help}});
    return json;
}

Json toJsonValue(const std::vector<OptionSpec>& options)
{
    Json list = Json::array();
    for (const OptionSpec& option : options)
        list.push_back(toJsonValue(option));
    return list;
}

} // namespace ipclab
