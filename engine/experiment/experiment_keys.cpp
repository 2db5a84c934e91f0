#include "engine/experiment/key_table.h"

#include "engine/base/utf8.h"
#include "engine/base/wording.h"
#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

bool isOptionId(std::string_view text)
{
    const auto isAllowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !text.empty() && text.front() >= 'a' && std::ranges::all_of(text, isAllowed);
}

Options& optionsOf(Experiment& experiment, std::string_view prefix)
{
    return prefix == loadOptionPrefix ? experiment.load.options : experiment.mechanismOptions;
}

const Options& optionsOf(const Experiment& experiment, std::string_view prefix)
{
    return prefix == loadOptionPrefix ? experiment.load.options : experiment.mechanismOptions;
}

/// Empty if the experiment's mechanism or profile is unknown.
std::vector<OptionSpec> specsOf(const Experiment& experiment, std::string_view prefix)
{
    if (prefix == loadOptionPrefix) {
        const LoadProfile* profile = findLoadProfile(experiment.load.profile);
        return profile ? profile->info().options : std::vector<OptionSpec>();
    }
    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    return mechanism ? mechanism->info().options : std::vector<OptionSpec>();
}

std::vector<std::string> knownKeys(const Experiment& experiment)
{
    std::vector<std::string> known;
    for (const Key& key : allKeys())
        known.push_back(key.spec.id);
    for (const std::string_view prefix : {mechanismOptionPrefix, loadOptionPrefix})
        for (const OptionSpec& spec : optionKeys(experiment, prefix))
            known.push_back(spec.id);
    return known;
}

/// Those of `known` that end in "." + `word`, for one who wrote `size` and meant message.size.
std::vector<std::string> endingIn(std::string_view word, const std::vector<std::string>& known)
{
    std::vector<std::string> found;
    for (const std::string& key : known)
        if (key.ends_with(fmt::format(".{}", word)))
            found.push_back(key);
    return found;
}

std::string unknownKeySentence(const Experiment& experiment, std::string_view key)
{
    const std::vector<std::string> known = knownKeys(experiment);
    std::vector<std::string> members;
    std::ranges::copy_if(known, std::back_inserter(members),
                         [&](const std::string& each) { return each.starts_with(fmt::format("{}.", key)); });
    if (!members.empty())
        return fmt::format("{} is a group, not a key: write {}", quoted(key), enumerated(members, "or"));
    if (const std::vector<std::string> meant = endingIn(key, known); !meant.empty())
        return fmt::format("there is no key {}; did you mean {}?", quoted(key), enumerated(meant, "or"));
    return fmt::format("there is no key {}; {}", quoted(key), suggestion(key, known));
}

} // namespace

std::optional<OptionKey> splitOptionKey(std::string_view key)
{
    for (const std::string_view prefix : {mechanismOptionPrefix, loadOptionPrefix})
        if (key.starts_with(prefix) && isOptionId(key.substr(prefix.size())) && !findKey(key))
            return OptionKey{prefix, key.substr(prefix.size())};
    return std::nullopt;
}

std::vector<OptionSpec> optionKeys(const Experiment& experiment, std::string_view prefix)
{
    std::vector<OptionSpec> specs = specsOf(experiment, prefix);
    for (OptionSpec& spec : specs)
        spec.id.insert(0, prefix);
    return specs;
}

Options chosenOptions(const Experiment& experiment, std::string_view prefix)
{
    Options chosen;
    for (const auto& [id, text] : optionsOf(experiment, prefix).all())
        chosen.set(fmt::format("{}{}", prefix, id), text);
    return chosen;
}

const std::vector<OptionSpec>& experimentKeys()
{
    static const std::vector<OptionSpec> specs = [] {
        std::vector<OptionSpec> collected;
        for (const Key& key : allKeys())
            collected.push_back(key.spec);
        return collected;
    }();
    return specs;
}

std::optional<Problem> setKey(Experiment& experiment, std::string_view key, std::string_view text)
{
    const auto problem = [&](std::string sentence) {
        return Problem{std::string(key), 0, std::move(sentence)};
    };
    if (firstByteThatIsNotUtf8(text) != std::string_view::npos)
        return problem(fmt::format("{} must be text in UTF-8, not {}", excerpt(key), quoted(text)));
    if (const Key* known = findKey(key)) {
        if (std::optional<std::string> sentence = problemOfKey(known->spec, text))
            return problem(std::move(*sentence));
        known->set(experiment, text);
        return std::nullopt;
    }
    if (const std::optional<OptionKey> option = splitOptionKey(key)) {
        optionsOf(experiment, option->prefix).set(option->id, text);
        return std::nullopt;
    }
    return problem(unknownKeySentence(experiment, key));
}

std::string keyText(const Experiment& experiment, std::string_view key)
{
    if (const Key* known = findKey(key))
        return known->text(experiment);
    const std::optional<OptionKey> option = splitOptionKey(key);
    if (!option)
        return {};
    const Options& chosen = optionsOf(experiment, option->prefix);
    for (const OptionSpec& spec : specsOf(experiment, option->prefix)) {
        if (spec.id != option->id)
            continue;
        const std::string& text = chosen.has(spec.id) ? chosen.text(spec.id) : spec.initial;
        return problemOf(spec, text) ? text : canonicalText(spec, text);
    }
    return chosen.has(option->id) ? chosen.text(option->id) : "";
}

} // namespace ipclab
