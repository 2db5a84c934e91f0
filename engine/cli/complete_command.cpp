#include "engine/cli/command.h"

#include "engine/cli/standard_streams.h"
#include "engine/experiment/experiment_file.h"
#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"
#include "engine/profiles/message_sizes.h"

#include <fmt/format.h>

#include <set>

namespace ipclab {

namespace {

using Words = std::vector<std::string>;

Words mechanismIds()
{
    Words ids;
    for (const Mechanism* mechanism : allMechanisms())
        ids.push_back(mechanism->info().id);
    return ids;
}

Words presetIds()
{
    Words ids;
    for (const Preset& preset : allPresets())
        ids.push_back(preset.id);
    return ids;
}

Words choicesOf(const OptionSpec& spec)
{
    if (spec.kind == OptionKind::Switch)
        return {"on", "off"};
    Words ids;
    for (const OptionChoice& choice : spec.choices)
        ids.push_back(choice.id);
    return ids;
}

/// Every key that --set may take, with those of all mechanisms and profiles, and what there is to choose
/// from.
std::vector<std::pair<std::string, Words>> allKeys()
{
    std::vector<std::pair<std::string, Words>> keys;
    for (const OptionSpec& spec : experimentKeys())
        keys.emplace_back(spec.id, choicesOf(spec));
    for (const Mechanism* mechanism : allMechanisms())
        for (const OptionSpec& spec : mechanism->info().options)
            keys.emplace_back("mechanism_options." + spec.id, choicesOf(spec));
    for (const LoadProfile* profile : allLoadProfiles())
        for (const OptionSpec& spec : profile->info().options)
            keys.emplace_back("load." + spec.id, choicesOf(spec));
    for (const SizeDistribution& distribution : allSizeDistributions())
        for (const OptionSpec& spec : distribution.options)
            keys.emplace_back("message." + spec.id, choicesOf(spec));
    return keys;
}

Words wordsFor(const std::string& kind, const std::string& ofKey)
{
    if (kind == "mechanisms")
        return mechanismIds();
    if (kind == "presets")
        return presetIds();
    Words words;
    for (const auto& [key, choices] : allKeys()) {
        if (kind == "keys")
            words.push_back(key);
        else if (key == ofKey)
            words.insert(words.end(), choices.begin(), choices.end());
    }
    return words;
}

/// What bash completion asks; not for people, so it has no place in the help.
class CompleteCommand final : public Command {
public:
    explicit CompleteCommand(CLI::App& parser) : Command(parser)
    {
        parser.add_option("kind", m_kind, "mechanisms, presets, keys or values")->required();
        parser.add_option("key", m_key, "Whose values");
    }

    ExitStatus execute() override
    {
        const Words words = wordsFor(m_kind, m_key);
        for (const std::string& word : std::set(words.begin(), words.end()))
            print(word + "\n");
        return ExitStatus::Success;
    }

private:
    std::string m_kind;
    std::string m_key;
};

} // namespace

CommandPointer makeCompleteCommand(CLI::App& program)
{
    CLI::App* parser = program.add_subcommand("complete", "Words for the shell's completion");
    parser->group("");
    return std::make_unique<CompleteCommand>(*parser);
}

} // namespace ipclab
