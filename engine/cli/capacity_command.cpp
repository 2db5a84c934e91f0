#include "engine/base/quantity.h"
#include "engine/cli/command.h"
#include "engine/cli/experiment_source.h"
#include "engine/cli/figure_text.h"
#include "engine/cli/standard_streams.h"
#include "engine/cli/unknown_word.h"
#include "engine/experiment/survey.h"
#include "engine/mechanisms/catalog.h"
#include "engine/run/capacity_finder.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ipclab {

namespace {

/// What the kernel says, in the unit in which it says it.
std::string statedText(const FoundCapacity& found)
{
    if (!found.stated)
        return "nobody can say how much that should be";
    const std::string sayer = found.stated->saidBy.empty() ? "" : fmt::format(" ({})", found.stated->saidBy);
    if (found.stated->unit == CapacityUnit::Messages)
        return fmt::format("it is said to hold {} messages{}", countText(found.stated->amount), sayer);
    return fmt::format("the kernel says {} B{}", countText(found.stated->amount), sayer);
}

/// Where the rest of the bytes went.
std::string differenceText(const FoundCapacity& found)
{
    if (!found.stated || found.stated->unit == CapacityUnit::Messages || found.messages == 0)
        return {};
    if (found.bytes() == found.stated->amount)
        return ", exactly that";
    return fmt::format(", of which each message takes {} B",
                       countText(found.messageSize + found.stated->overheadPerMessage));
}

std::string lineOf(const FoundCapacity& found)
{
    const std::string framing = found.framing == 0 ? "" : fmt::format(" and {} B of framing", found.framing);
    return fmt::format("  {} messages of {}{}, {} B in all, went in before the sender had to wait; {}{}.\n",
                       countText(found.messages), formatSize(found.messageSize), framing,
                       countText(found.bytes()), statedText(found), differenceText(found));
}

nlohmann::ordered_json toJsonValue(const FoundCapacity& found)
{
    nlohmann::ordered_json json{{"message_size", found.messageSize},
                                {"framing_bytes", found.framing},
                                {"messages", found.messages},
                                {"bytes", found.bytes()},
                                {"stated", nullptr}};
    if (found.stated)
        json["stated"] = {{"amount", found.stated->amount},
                          {"unit", found.stated->unit == CapacityUnit::Bytes ? "bytes" : "messages"},
                          {"said_by", found.stated->saidBy}};
    return json;
}

class CapacityCommand final : public Command {
public:
    explicit CapacityCommand(CLI::App& parser) : Command(parser)
    {
        parser.add_option("MECHANISM", m_mechanism, "Its id, as list mechanisms shows it")
            ->required()
            ->type_name("");
        parser.add_option("--set", m_settings, "KEY=VALUE of an experiment, for instance message.size=4KiB");
        parser.add_flag("--json", m_asJson, "As a JSON list");
    }

    ExitStatus execute() override
    {
        const Experiment experiment = loadAsked();
        const Mechanism& mechanism = *findMechanism(experiment.mechanism);
        const std::vector<FoundCapacity> found =
            choosesSize() ? std::vector{findCapacity(experiment)} : findCapacities(experiment);
        m_asJson ? printJson(found) : printText(mechanism, found);
        return ExitStatus::Success;
    }

private:
    Experiment loadAsked() const
    {
        const Experiment experiment = adjusted(plainExperimentWith(mechanismNamed(m_mechanism)), m_settings);
        if (findMechanism(experiment.mechanism)->info().traits.loss == Loss::Possible)
            throw UsageError(fmt::format("{} never makes a sender wait: what finds no room is lost.",
                                         experiment.mechanism));
        return experiment;
    }

    bool choosesSize() const
    {
        return std::ranges::any_of(
            m_settings, [](const std::string& setting) { return setting.starts_with("message."); });
    }

    static void printText(const Mechanism& mechanism, const std::vector<FoundCapacity>& found)
    {
        std::string text = mechanism.info().title + ", filled with nobody reading:\n";
        for (const FoundCapacity& each : found)
            text += lineOf(each);
        print(text);
    }

    static void printJson(const std::vector<FoundCapacity>& found)
    {
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const FoundCapacity& each : found)
            list.push_back(toJsonValue(each));
        print(list.dump(2) + "\n");
    }

    std::string m_mechanism;
    std::vector<std::string> m_settings;
    bool m_asJson = false;
};

} // namespace

CommandPointer makeCapacityCommand(CLI::App& program)
{
    return std::make_unique<CapacityCommand>(
        *program.add_subcommand("capacity", "Fill a channel with nobody reading, and say how much went in"));
}

} // namespace ipclab
