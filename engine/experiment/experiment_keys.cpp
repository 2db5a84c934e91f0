#include "engine/experiment/key_table.h"

#include "engine/base/utf8.h"
#include "engine/base/wording.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

std::vector<std::string> knownKeys(const Experiment& experiment)
{
    std::vector<std::string> known;
    for (const Key& key : allKeys())
        known.push_back(key.spec.id);
    for (const OptionGroup& group : optionGroups())
        for (const OptionSpec& spec : group.keysOf(experiment))
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
    for (const OptionGroup& group : optionGroups())
        if (key.starts_with(group.prefix) && group.mayHave(key.substr(group.prefix.size())) && !findKey(key))
            return OptionKey{&group, key.substr(group.prefix.size())};
    return std::nullopt;
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
        option->group->optionsOf(experiment).set(option->id, text);
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
    const Options& chosen = option->group->optionsIn(experiment);
    for (const OptionSpec& spec : option->group->specsOf(experiment)) {
        if (spec.id != option->id)
            continue;
        const std::string& text = chosen.has(spec.id) ? chosen.text(spec.id) : spec.initial;
        return problemOf(spec, text) ? text : canonicalText(spec, text);
    }
    return chosen.has(option->id) ? chosen.text(option->id) : "";
}

} // namespace ipclab
