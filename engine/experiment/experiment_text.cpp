#include "engine/experiment/experiment_file.h"

#include "engine/experiment/key_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ipclab {

namespace {

/// Written even where they have their defaults, so that a file says what it is about.
constexpr std::array<std::string_view, 5> alwaysWritten{"mechanism", "exchange", "message.size",
                                                        "load.profile", "duration"};

using Texts = std::map<std::string, std::string>;

/// The texts of an experiment's keys and chosen options.
Texts textsOf(const Experiment& experiment)
{
    Texts texts;
    for (const Key& key : allKeys())
        texts.emplace(key.spec.id, key.text(experiment));
    for (const OptionGroup& group : optionGroups()) {
        const Options chosen = group.chosenIn(experiment);
        for (const auto& [key, text] : chosen.all())
            texts.emplace(key, text);
    }
    return texts;
}

/// The keys in the order in which they are written: options stand behind the key that gives them their
/// meaning.
std::vector<std::string> inOrder(const Texts& texts)
{
    std::vector<std::string> ordered;
    const auto addOptions = [&](std::string_view prefix) {
        for (const auto& [key, text] : texts)
            if (key.starts_with(prefix) && !findKey(key))
                ordered.push_back(key);
    };
    for (const Key& key : allKeys()) {
        if (texts.contains(key.spec.id))
            ordered.push_back(key.spec.id);
        for (const OptionGroup& group : optionGroups())
            if (key.spec.id == group.chosenBy)
                addOptions(group.prefix);
    }
    return ordered;
}

/// A basic string of TOML 1.0.
std::string quotedForToml(std::string_view text)
{
    std::string result = "\"";
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        if (character == '"' || character == '\\')
            result += fmt::format("\\{}", character);
        else if (character == '\n')
            result += "\\n";
        else if (code < 0x20 || code == 0x7f)
            result += fmt::format("\\u{:04x}", code);
        else
            result += character;
    }
    return result + '"';
}

/// A whole number stands without quotes if it reads back as the same text.
std::string valueForToml(const std::string& key, const std::string& text)
{
    constexpr std::size_t digitsThatSurelyFit = 18;
    const bool isText = key == "title" || key == "summary";
    const bool isNumber = !text.empty() && text.size() <= digitsThatSurelyFit &&
                          text.find_first_not_of("0123456789") == std::string::npos &&
                          (text == "0" || text.front() != '0');
    return isNumber && !isText ? text : quotedForToml(text);
}

/// Title and summary, what travels and over what, the load, the extent and the measuring stand apart.
bool beginsGroup(std::string_view key)
{
    return key == "mechanism" || key == "load.profile" || key == "duration";
}

enum class Spacing { Grouped, Dense };

std::string lines(const Texts& texts, Spacing spacing)
{
    std::string result;
    for (const std::string& key : inOrder(texts)) {
        if (spacing == Spacing::Grouped && beginsGroup(key) && !result.empty())
            result += '\n';
        result += fmt::format("{} = {}\n", key, valueForToml(key, texts.at(key)));
    }
    return result;
}

/// Without the keys that have their defaults.
Texts withoutDefaults(Texts texts)
{
    static const Texts defaults = textsOf(Experiment());
    std::erase_if(texts, [](const auto& entry) {
        const auto initial = defaults.find(entry.first);
        return initial != defaults.end() && initial->second == entry.second &&
               std::ranges::find(alwaysWritten, entry.first) == alwaysWritten.end();
    });
    return texts;
}

/// What the first of several says, but for options that another one lacks: nothing in a variant can take them
/// back.
Texts commonTexts(const std::vector<Texts>& variants)
{
    Texts common = variants.front();
    std::erase_if(common, [&](const auto& entry) {
        return !std::ranges::all_of(variants, [&](const Texts& each) { return each.contains(entry.first); });
    });
    return common;
}

Texts differences(Texts texts, const Texts& from)
{
    std::erase_if(texts, [&](const auto& entry) {
        const auto other = from.find(entry.first);
        return entry.first != "title" && other != from.end() && other->second == entry.second;
    });
    return texts;
}

/// They are tables, so they stand behind all keys.
std::string faultTables(std::string_view name, const std::vector<Fault>& faults)
{
    std::string text;
    for (const Fault& fault : faults) {
        text += fmt::format("\n[[{}]]\n", name);
        for (const std::string_view key : faultKeys())
            if (const std::string value = faultKeyText(fault, key); !value.empty())
                text += fmt::format("{} = {}\n", key, quotedForToml(value));
    }
    return text;
}

bool areFaultsTheSame(const std::vector<Experiment>& experiments)
{
    return std::ranges::all_of(
        experiments, [&](const Experiment& each) { return each.faults == experiments.front().faults; });
}

} // namespace

std::string toText(const Experiment& experiment)
{
    return lines(withoutDefaults(textsOf(experiment)), Spacing::Grouped) +
           faultTables("fault", experiment.faults);
}

std::string toText(const ExperimentSet& set)
{
    if (set.experiments.empty())
        return {};
    std::vector<Texts> variants;
    for (const Experiment& experiment : set.experiments)
        variants.push_back(textsOf(experiment));

    Texts common = commonTexts(variants);
    common["title"] = set.title;
    common["summary"] = set.summary;
    std::string text = set.group.empty() ? "" : fmt::format("group = {}\n", quotedForToml(set.group));
    if (variants.size() == 1 && variants.front() == common)
        return text + toText(set.experiments.front());

    text += lines(withoutDefaults(common), Spacing::Grouped);
    const bool areSame = areFaultsTheSame(set.experiments);
    if (areSame)
        text += faultTables("fault", set.experiments.front().faults);
    for (std::size_t index = 0; index < variants.size(); ++index) {
        text += "\n[[variant]]\n" + lines(differences(variants[index], common), Spacing::Dense);
        if (!areSame)
            text += faultTables("variant.fault", set.experiments[index].faults);
    }
    return text;
}

} // namespace ipclab
