#include "engine/cli/command.h"

#include "engine/base/quantity.h"
#include "engine/cli/mechanism_json.h"
#include "engine/cli/standard_streams.h"
#include "engine/cli/text_layout.h"
#include "engine/cli/unknown_word.h"
#include "engine/mechanisms/catalog.h"
#include "engine/run/host.h"

#include <fmt/format.h>

namespace ipclab {

namespace {

MessageLimit limitWithDefaults(const Mechanism& mechanism)
{
    return mechanism.limit(withDefaults(mechanism.info().options, {}));
}

std::string optionText(const OptionSpec& option)
{
    const std::string values = option.kind == OptionKind::Switch ? "on or off" : permittedRange(option);
    std::string text = fmt::format("  mechanism_options.{}: {}{}default {}\n", option.id, values,
                                   values.empty() ? "" : ", ", option.initial) +
                       paragraph(explanationOf(option), 6);
    for (const OptionChoice& choice : option.choices)
        text += fmt::format("      {:<12} {}\n", choice.id, choice.help.empty() ? choice.title : choice.help);
    return text;
}

std::string listText(const std::vector<std::string_view>& words)
{
    return words.empty() ? "none" : fmt::format("{}: {}", words.size(), fmt::join(words, ", "));
}

/// A caption and a list that may take several lines.
std::string listParagraph(std::string_view caption, const std::vector<std::string_view>& words)
{
    constexpr std::size_t captionWidth = 28;
    std::string lines = paragraph(listText(words), captionWidth);
    return lines.replace(0, captionWidth, fmt::format("  {:<{}}", caption, captionWidth - 2));
}

std::string filesText(const Complexity& complexity)
{
    std::string text;
    for (const SourceShare& file : complexity.files)
        text += fmt::format("    {:>5}  {}\n", file.lines, file.path);
    return text;
}

std::string complexityText(const Mechanism& mechanism)
{
    const Complexity& complexity = complexityOf(mechanism.info().id);
    return fmt::format("\nProgramming effort for all its options together, counted in its source and in what "
                       "that uses of shared files\n"
                       "  lines of code             {} of its own, {} shared\n",
                       complexity.ownLines(), complexity.sharedLines()) +
           filesText(complexity) + listParagraph("system calls", complexity.systemCalls) +
           listParagraph("kernel objects", complexity.objects) +
           listParagraph("to be removed by", complexity.removals) +
           listParagraph("errors told apart", complexity.errors) +
           fmt::format("  failures explained        in {} places\n  needs a lock              {}\n",
                       complexity.failures, mechanism.info().traits.needsLock ? "yes" : "no");
}

/// What this host makes of it.
std::string availabilityText(const Mechanism& mechanism)
{
    if (const std::optional<Unavailability> lack = mechanism.unavailable())
        return paragraph(fmt::format("not available, because {}.", lack->clause()), 2);
    const MessageLimit limit = limitWithDefaults(mechanism);
    return fmt::format("  largest message           {}, because {}\n", formatSize(limit.largest),
                       limit.because);
}

std::string hostText(const Mechanism& mechanism)
{
    std::string text = "\nOn this host\n" + availabilityText(mechanism);
    for (const HostLimit& hostLimit : readLimits(complexityOf(mechanism.info().id).limits))
        text += fmt::format("  {:<25} {}\n", hostLimit.id, hostLimit.value);
    return text;
}

std::string descriptionText(const Mechanism& mechanism)
{
    const MechanismInfo& info = mechanism.info();
    std::string text =
        fmt::format("{}: {}\n{}\n{}\n", info.id, info.title, paragraph(complexityOf(info.id).explanation, 0),
                    fmt::join(chips(info.traits), " · "));
    if (!info.options.empty())
        text += "\nOptions\n";
    for (const OptionSpec& option : info.options)
        text += optionText(option);
    return text + hostText(mechanism) + complexityText(mechanism) +
           fmt::format("\nSee also: {}\n", fmt::join(info.manPages, ", "));
}

nlohmann::ordered_json limitsJson(const std::vector<HostLimit>& limits)
{
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const HostLimit& limit : limits)
        json[limit.id] = limit.value;
    return json;
}

std::string descriptionJson(const Mechanism& mechanism)
{
    const Complexity& complexity = complexityOf(mechanism.info().id);
    nlohmann::ordered_json json = toJsonValue(mechanism);
    json["explanation"] = complexity.explanation;
    if (!mechanism.unavailable()) {
        const MessageLimit limit = limitWithDefaults(mechanism);
        json["largest_message_bytes"] = limit.largest;
        json["largest_message_because"] = limit.because;
    }
    json["own_limits"] = limitsJson(readLimits(complexity.limits));
    json["host_limits"] = limitsJson(readHost().limits);
    json["complexity"] = toJsonValue(complexity);
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
        const Mechanism& mechanism = mechanismNamed(m_id);
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
