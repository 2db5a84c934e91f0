#include "engine/base/option.h"

#include "engine/base/quantity.h"
#include "engine/base/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <initializer_list>

namespace ipclab {

namespace {

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), text) != words.end();
}

template <typename Number>
std::optional<double> widened(std::optional<Number> value)
{
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

/// The value of a kind that has a range, in its base unit.
std::optional<double> valueOf(OptionKind kind, std::string_view text)
{
    switch (kind) {
    case OptionKind::Count:
        return widened(parseCount(text));
    case OptionKind::Size:
        return widened(parseSize(text));
    case OptionKind::Duration:
        if (const std::optional<Nanoseconds> duration = parseDuration(text))
            return static_cast<double>(duration->count());
        return std::nullopt;
    case OptionKind::Rate:
        return parseRate(text);
    case OptionKind::Ratio:
        return parseRatio(text);
    case OptionKind::Number:
        return parseNumber(text);
    case OptionKind::Choice:
    case OptionKind::Switch:
    case OptionKind::Text:
        break;
    }
    return std::nullopt;
}

std::string valueText(OptionKind kind, double value)
{
    switch (kind) {
    case OptionKind::Size:
        return formatSize(static_cast<std::uint64_t>(value));
    case OptionKind::Duration:
        return formatDuration(Nanoseconds(std::llround(value)));
    case OptionKind::Rate:
        return formatRate(value);
    case OptionKind::Ratio:
        return formatRatio(value);
    case OptionKind::Number:
        return formatNumber(value);
    default:
        return fmt::format("{}", value);
    }
}

struct Wording {
    std::string_view noun;
    std::string_view example;
};

Wording wordingOf(OptionKind kind)
{
    switch (kind) {
    case OptionKind::Count:
        return {"a whole number", "1000 or 10 k"};
    case OptionKind::Size:
        return {"a size", "100 B or 64 KiB"};
    case OptionKind::Duration:
        return {"a time", "20 us or 2.5 s"};
    case OptionKind::Rate:
        return {"a rate", "250 /s or 100 k/s"};
    case OptionKind::Ratio:
        return {"a share", "0.2 or 20 %"};
    case OptionKind::Number:
        return {"a number", "0.5 or 2"};
    case OptionKind::Choice:
    case OptionKind::Switch:
    case OptionKind::Text:
        break;
    }
    return {};
}

std::string rangeSentence(const OptionSpec& spec, std::string_view text)
{
    return fmt::format("{} must be {}, not {}", spec.id, permittedRange(spec), excerpt(text));
}

std::string formSentence(const OptionSpec& spec, std::string_view text)
{
    const Wording wording = wordingOf(spec.kind);
    const std::string range = permittedRange(spec);
    return fmt::format("{} must be {}{}{}, written like {}, not {}", spec.id, wording.noun,
                       range.starts_with("at ") ? " of "
                       : range.empty()          ? ""
                                                : " ",
                       range, wording.example, quoted(text));
}

bool isNegativeQuantity(const OptionSpec& spec, std::string_view text)
{
    const std::size_t first = text.find_first_not_of(' ');
    return first != std::string_view::npos && text[first] == '-' &&
           valueOf(spec.kind, text.substr(first + 1));
}

std::optional<std::string> problemOfQuantity(const OptionSpec& spec, std::string_view text)
{
    const std::optional<double> value = valueOf(spec.kind, text);
    if (!value && spec.least && isNegativeQuantity(spec, text))
        return rangeSentence(spec, text);
    if (!value)
        return formSentence(spec, text);
    if ((spec.least && *value < *spec.least) || (spec.most && *value > *spec.most))
        return rangeSentence(spec, text);
    return std::nullopt;
}

std::optional<std::string> problemOfChoice(const OptionSpec& spec, std::string_view text)
{
    std::vector<std::string> ids;
    for (const OptionChoice& choice : spec.choices)
        ids.push_back(choice.id);
    if (std::find(ids.begin(), ids.end(), text) != ids.end())
        return std::nullopt;
    const std::optional<std::string> nearest = nearestWord(text, ids);
    return fmt::format("{} must be {}, not {}{}", spec.id, enumerated(ids, "or"), quoted(text),
                       nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : "");
}

std::optional<std::string> problemOfText(const OptionSpec& spec, std::string_view text)
{
    const std::optional<std::string> fault = spec.check ? spec.check(text) : std::nullopt;
    return fault ? std::optional(fmt::format("{} {}", spec.id, *fault)) : std::nullopt;
}

} // namespace

std::string permittedRange(const OptionSpec& spec)
{
    const auto shown = [&](double value) { return valueText(spec.kind, value); };
    if (spec.least && spec.most)
        return fmt::format("from {} to {}", shown(*spec.least), shown(*spec.most));
    if (spec.least)
        return "at least " + shown(*spec.least);
    return spec.most ? "at most " + shown(*spec.most) : "";
}

const std::string& Options::text(std::string_view id) const
{
    const auto found = m_texts.find(std::string(id));
    assert(found != m_texts.end());
    return found->second;
}

bool Options::isOn(std::string_view id) const
{
    return isOneOf(text(id), {"on", "true"});
}

std::uint64_t Options::count(std::string_view id) const
{
    return parseCount(text(id)).value();
}

std::uint64_t Options::size(std::string_view id) const
{
    return parseSize(text(id)).value();
}

Nanoseconds Options::duration(std::string_view id) const
{
    return parseDuration(text(id)).value();
}

double Options::rate(std::string_view id) const
{
    return parseRate(text(id)).value();
}

double Options::ratio(std::string_view id) const
{
    return parseRatio(text(id)).value();
}

double Options::number(std::string_view id) const
{
    return parseNumber(text(id)).value();
}

std::optional<std::string> problemOf(const OptionSpec& spec, std::string_view text)
{
    switch (spec.kind) {
    case OptionKind::Text:
        return problemOfText(spec, text);
    case OptionKind::Choice:
        return problemOfChoice(spec, text);
    case OptionKind::Switch:
        if (isOneOf(text, {"on", "off", "true", "false"}))
            return std::nullopt;
        return fmt::format("{} must be on or off, not {}", spec.id, quoted(text));
    default:
        return problemOfQuantity(spec, text);
    }
}

std::vector<OptionProblem> problemsOf(std::span<const OptionSpec> specs, const Options& chosen)
{
    std::vector<std::string> known;
    for (const OptionSpec& spec : specs)
        known.push_back(spec.id);

    std::vector<OptionProblem> problems;
    for (const auto& [id, text] : chosen.all()) {
        const auto spec =
            std::find_if(specs.begin(), specs.end(), [&](const OptionSpec& s) { return s.id == id; });
        if (spec == specs.end())
            problems.push_back(
                {id, fmt::format("there is no option {}; {}", quoted(id), suggestion(id, known))});
        else if (const std::optional<std::string> sentence = problemOf(*spec, text))
            problems.push_back({id, *sentence});
    }
    return problems;
}

Options withDefaults(std::span<const OptionSpec> specs, const Options& chosen)
{
    Options complete;
    for (const OptionSpec& spec : specs)
        complete.set(spec.id, canonicalText(spec, chosen.has(spec.id) ? chosen.text(spec.id) : spec.initial));
    return complete;
}

std::string_view meaningOf(const OptionSpec& spec, std::string_view text)
{
    const bool isZero = spec.kind == OptionKind::Text ? text == "0" : valueOf(spec.kind, text) == 0.0;
    return isZero ? std::string_view(spec.zero) : std::string_view();
}

std::string explanationOf(const OptionSpec& spec)
{
    return spec.zero.empty() ? spec.help : fmt::format("{} 0: {}.", spec.help, spec.zero);
}

std::string canonicalText(const OptionSpec& spec, std::string_view text)
{
    switch (spec.kind) {
    case OptionKind::Count:
        return std::to_string(parseCount(text).value());
    case OptionKind::Size:
        return formatSize(parseSize(text).value());
    case OptionKind::Duration:
        return formatDuration(parseDuration(text).value());
    case OptionKind::Rate:
        return formatRate(parseRate(text).value());
    case OptionKind::Ratio:
        return formatRatio(parseRatio(text).value());
    case OptionKind::Number:
        return formatNumber(parseNumber(text).value());
    case OptionKind::Switch:
        return isOneOf(text, {"on", "true"}) ? "on" : "off";
    case OptionKind::Choice:
    case OptionKind::Text:
        break;
    }
    return std::string(text);
}

} // namespace ipclab
