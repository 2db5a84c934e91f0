#include "engine/cli/command.h"

#include "engine/base/quantity.h"
#include "engine/cli/mechanism_json.h"
#include "engine/cli/standard_streams.h"
#include "engine/cli/text_layout.h"
#include "engine/cli/unknown_word.h"
#include "engine/mechanisms/catalog.h"
#include "engine/run/host.h"

#include <fmt/format.h>

#include <cmath>

namespace ipclab {

namespace {

const Mechanism& requireMechanism(const std::string& id)
{
    if (const Mechanism* mechanism = findMechanism(id))
        return *mechanism;
    std::vector<std::string> ids;
    for (const Mechanism* mechanism : allMechanisms())
        ids.push_back(mechanism->info().id);
    throw unknownWord("mechanism", id, ids);
}

MessageLimit limitWithDefaults(const Mechanism& mechanism)
{
    return mechanism.limit(withDefaults(mechanism.info().options, {}));
}

std::string boundText(OptionKind kind, double bound)
{
    switch (kind) {
    case OptionKind::Size:
        return formatSize(static_cast<std::uint64_t>(bound));
    case OptionKind::Duration:
        return formatDuration(Nanoseconds(std::llround(bound)));
    case OptionKind::Rate:
        return formatRate(bound);
    default:
        return fmt::format("{}", bound);
    }
}

std::string rangeText(const OptionSpec& option)
{
    if (option.kind == OptionKind::Switch)
        return "on or off, ";
    if (option.least && option.most)
        return fmt::format("{} to {}, ", boundText(option.kind, *option.least),
                           boundText(option.kind, *option.most));
    if (option.least)
        return fmt::format("at least {}, ", boundText(option.kind, *option.least));
    if (option.most)
        return fmt::format("at most {}, ", boundText(option.kind, *option.most));
    return {};
}

std::string optionText(const OptionSpec& option)
{
    std::string text =
        fmt::format("  mechanism_options.{}: {}default {}\n", option.id, rangeText(option), option.initial) +
        paragraph(option.help, 6);
    for (const OptionChoice& choice : option.choices)
        text += fmt::format("      {:<12} {}\n", choice.id, choice.help.empty() ? choice.title : choice.help);
    return text;
}

std::string descriptionText(const Mechanism& mechanism)
{
    const MechanismInfo& info = mechanism.info();
    const MessageLimit limit = limitWithDefaults(mechanism);
    std::string text = fmt::format("{}: {}\n{}\n{}\n", info.id, info.title, paragraph(info.summary, 0),
                                   fmt::join(chips(info.traits), " · "));
    if (!info.options.empty())
        text += "\nOptions\n";
    for (const OptionSpec& option : info.options)
        text += optionText(option);
    text += fmt::format("\nOn this host\n  largest message           {}, because {}\n",
                        formatSize(limit.largest), limit.because);
    for (const HostLimit& hostLimit : readHost().limits)
        text += fmt::format("  {:<25} {}\n", hostLimit.id, hostLimit.value);
    return text + fmt::format("\nSee also: {}\n", fmt::join(info.manPages, ", "));
}

std::string descriptionJson(const Mechanism& mechanism)
{
    const MessageLimit limit = limitWithDefaults(mechanism);
    nlohmann::ordered_json json = toJsonValue(mechanism.info());
    json["largest_message_bytes"] = limit.largest;
    json["largest_message_because"] = limit.because;
    json["host_limits"] = nlohmann::ordered_json::object();
    for (const HostLimit& hostLimit : readHost().limits)
        json["host_limits"][hostLimit.id] = hostLimit.value;
    return json.dump(2) + "\n";
}

class DescribeCommand final : public Command {
public:
    explicit DescribeCommand(CLI::App& parser) : Command(parser)
    {
        parser.add_option("MECHANISM", m_id, "Id of a mechanism, as listed by `list mechanisms`")
            ->required()
            ->type_name("");
        parser.add_flag("--json", m_asJson, "As a JSON object");
    }

    ExitStatus execute() override
    {
        const Mechanism& mechanism = requireMechanism(m_id);
        print(m_asJson ? descriptionJson(mechanism) : descriptionText(mechanism));
        return ExitStatus::Success;
    }

private:
    std::string m_id;
    bool m_asJson = false;
};

} // namespace

CommandPointer makeDescribeCommand(CLI::App& program)
{
    return std::make_unique<DescribeCommand>(
        *program.add_subcommand("describe", "Describe a mechanism: its options and its limits on this host"));
}

} // namespace ipclab
