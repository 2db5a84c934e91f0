#include "engine/experiment/option_groups.h"

#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"
#include "engine/profiles/message_sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ipclab {

namespace {

bool isOptionId(std::string_view text)
{
    const auto isAllowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !text.empty() && text.front() >= 'a' && std::ranges::all_of(text, isAllowed);
}

/// There are few distributions, so that a slip of the fingers can be told at once.
bool isSizeOption(std::string_view text)
{
    return std::ranges::any_of(allSizeDistributions(), [&](const SizeDistribution& distribution) {
        return std::ranges::find(distribution.options, text, &OptionSpec::id) != distribution.options.end();
    });
}

OptionGroup mechanismOptions()
{
    return {
        .prefix = "mechanism_options.",
        .chosenBy = "mechanism",
        .mayHave = isOptionId,
        .optionsOf = [](Experiment& e) -> Options& { return e.mechanismOptions; },
        .specsOf =
            [](const Experiment& e) {
                const Mechanism* mechanism = findMechanism(e.mechanism);
                return mechanism ? mechanism->info().options : std::vector<OptionSpec>();
            },
        .problemsOf = [](const Experiment& e,
                         const Options& options) { return findMechanism(e.mechanism)->problems(options); }};
}

OptionGroup loadOptions()
{
    return {.prefix = "load.",
            .chosenBy = "load.profile",
            .mayHave = isOptionId,
            .optionsOf = [](Experiment& e) -> Options& { return e.load.options; },
            .specsOf =
                [](const Experiment& e) {
                    const LoadProfile* profile = findLoadProfile(e.load.profile);
                    return profile ? profile->info().options : std::vector<OptionSpec>();
                },
            .problemsOf =
                [](const Experiment& e, const Options& options) {
                    return findLoadProfile(e.load.profile)->problems(options);
                }};
}

OptionGroup messageOptions()
{
    return {.prefix = "message.",
            .chosenBy = "message.sizes",
            .mayHave = isSizeOption,
            .optionsOf = [](Experiment& e) -> Options& { return e.sizes.options; },
            .specsOf =
                [](const Experiment& e) {
                    const SizeDistribution* distribution = findSizeDistribution(e.sizes.distribution);
                    return distribution ? distribution->options : std::vector<OptionSpec>();
                },
            .problemsOf =
                [](const Experiment& e, const Options& options) {
                    const SizeDistribution& distribution = *findSizeDistribution(e.sizes.distribution);
                    return distribution.problems ? distribution.problems(options)
                                                 : std::vector<OptionProblem>();
                }};
}

} // namespace

const Options& OptionGroup::optionsIn(const Experiment& experiment) const
{
    return optionsOf(const_cast<Experiment&>(experiment)); // only looked at
}

std::vector<OptionSpec> OptionGroup::keysOf(const Experiment& experiment) const
{
    std::vector<OptionSpec> specs = specsOf(experiment);
    for (OptionSpec& spec : specs)
        spec.id.insert(0, prefix);
    return specs;
}

Options OptionGroup::chosenIn(const Experiment& experiment) const
{
    Options chosen;
    for (const auto& [id, text] : optionsIn(experiment).all())
        chosen.set(fmt::format("{}{}", prefix, id), text);
    return chosen;
}

std::span<const OptionGroup> optionGroups()
{
    static const std::array groups{mechanismOptions(), loadOptions(), messageOptions()};
    return groups;
}

} // namespace ipclab
