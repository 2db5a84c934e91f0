#include "engine/cli/command.h"

#include "engine/cli/mechanism_json.h"
#include "engine/cli/standard_streams.h"
#include "engine/cli/text_layout.h"
#include "engine/cli/unknown_word.h"
#include "engine/experiment/experiment_file.h"
#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"
#include "engine/profiles/message_sizes.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ipclab {

namespace {

using Json = nlohmann::ordered_json;

Json mechanismList()
{
    Json list = Json::array();
    for (const Mechanism* mechanism : allMechanisms())
        list.push_back(toJsonValue(*mechanism));
    return list;
}

Json profileList()
{
    Json list = Json::array();
    for (const LoadProfile* profile : allLoadProfiles()) {
        const LoadProfileInfo& info = profile->info();
        list.push_back(Json{{"id", info.id},
                            {"title", info.title},
                            {"summary", info.summary},
                            {"loop", info.loop == Loop::Closed ? "closed" : "open"},
                            {"options", toJsonValue(info.options)}});
    }
    return list;
}

Json sizeList()
{
    Json list = Json::array();
    for (const SizeDistribution& distribution : allSizeDistributions())
        list.push_back(Json{{"id", distribution.id},
                            {"title", distribution.title},
                            {"summary", distribution.summary},
                            {"options", toJsonValue(distribution.options)}});
    return list;
}

Json presetList()
{
    Json list = Json::array();
    for (const Preset& preset : allPresets())
        list.push_back(Json{{"id", preset.id},
                            {"title", preset.title},
                            {"summary", preset.summary},
                            {"group", preset.group},
                            {"file", preset.path}});
    return list;
}

struct Listing {
    std::string_view name;
    Json (*make)();
};

constexpr Listing listings[] = {
    {"mechanisms", mechanismList}, {"profiles", profileList}, {"sizes", sizeList}, {"presets", presetList}};

std::string listText(const Json& list)
{
    std::string text;
    std::string group;
    for (const Json& item : list) {
        if (const std::string own = item.value("group", ""); own != group) {
            text += fmt::format("{}{}\n\n", text.empty() ? "" : "\n", own);
            group = own;
        }
        const auto part = [&item](const char* name) { return item[name].get<std::string>(); };
        text += fmt::format("{}: {}\n{}", part("id"), part("title"), paragraph(part("summary"), 4));
        if (const auto lack = item.find("unavailable"); lack != item.end())
            text += paragraph(fmt::format("Not available on this host, because {}; {}.",
                                          (*lack)["reason"].get<std::string>(),
                                          (*lack)["remedy"].get<std::string>()),
                              4);
    }
    return text;
}

const Listing& requireListing(const std::string& name)
{
    std::vector<std::string> names;
    for (const Listing& listing : listings) {
        if (listing.name == name)
            return listing;
        names.emplace_back(listing.name);
    }
    throw unknownWord("list of", name, names);
}

class ListCommand final : public Command {
public:
    explicit ListCommand(CLI::App& parser) : Command(parser)
    {
        parser.add_option("WHAT", m_what, "mechanisms, profiles, sizes or presets")
            ->required()
            ->type_name("");
        parser.add_flag("--json", m_asJson, "As a JSON list of objects");
    }

    ExitStatus execute() override
    {
        const Json list = requireListing(m_what).make();
        print(m_asJson ? list.dump(2) + "\n" : listText(list));
        return ExitStatus::Success;
    }

private:
    std::string m_what;
    bool m_asJson = false;
};

} // namespace

CommandPointer makeListCommand(CLI::App& program)
{
    return std::make_unique<ListCommand>(
        *program.add_subcommand("list", "List mechanisms, load profiles, distributions of sizes or presets"));
}

} // namespace ipclab
