// Steps hold one rate for a while, then the next, as in a load test that climbs a stair. Each step lasts long
// enough to settle, so that throughput, latency and blocking can be read for each rate by itself.

#include "engine/profiles/curve_profile.h"

#include "engine/base/quantity.h"
#include "engine/base/wording.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

constexpr std::size_t mostSteps = 100;

/// "1 k/s for 2 s".
std::optional<Stretch> parseStep(std::string_view text)
{
    constexpr std::string_view separator = " for ";
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::optional<double> rate = parseRate(text.substr(0, at));
    const std::optional<Nanoseconds> length = parseDuration(text.substr(at + separator.size()));
    return rate && length ? std::optional(Stretch{*length, *rate, *rate}) : std::nullopt;
}

std::optional<std::string> faultOfStep(std::string_view text)
{
    const std::optional<Stretch> step = parseStep(text);
    if (!step)
        return fmt::format(
            "must be rates and times like \"1 k/s for 2 s, 10 k/s for 1 s\"; {} is no such step",
            quoted(text));
    if (step->from != 0 && (step->from < leastRate || step->from > mostRate))
        return fmt::format("has a rate of {} in {}; a rate must be 0 /s or from {} to {}",
                           formatRate(step->from), quoted(text), formatRate(leastRate), formatRate(mostRate));
    const auto length = static_cast<double>(step->length.count());
    if (length < leastLength || length > mostLength)
        return fmt::format("has a time of {} in {}; a time must be from 1 us to 24 h",
                           formatDuration(step->length), quoted(text));
    return std::nullopt;
}

std::optional<std::string> faultOfSteps(std::string_view text)
{
    const std::vector<std::string_view> parts = commaSeparated(text);
    if (parts.size() > mostSteps)
        return fmt::format("must be at most {} steps, not {}", mostSteps, parts.size());
    for (const std::string_view part : parts)
        if (std::optional<std::string> fault = faultOfStep(part))
            return fault;
    if (std::ranges::all_of(parts, [](std::string_view part) { return parseStep(part)->from == 0; }))
        return "must have a step above 0 /s: nothing would ever be due";
    return std::nullopt;
}

class Step final : public CurveProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

private:
    RateCurve curve(const Options& options) const override
    {
        std::vector<Stretch> steps;
        for (const std::string_view part : commaSeparated(options.text("steps")))
            steps.push_back(parseStep(part).value());
        return RateCurve(steps, AfterLast::Repeat);
    }

    const LoadProfileInfo m_info{
        .id = "step",
        .title = "Steps",
        .summary = "A list of rates, each held for its time; after the last the first comes again.",
        .loop = Loop::Open,
        .options = {{.id = "steps",
                     .label = "Steps",
                     .help =
                         "Rates of all senders together and how long each is held, like \"1 k/s for 2 s, 10 "
                         "k/s for 1 s\". They begin with the load, so the warm-up counts.",
                     .kind = OptionKind::Text,
                     .initial = "1 k/s for 2 s, 10 k/s for 2 s, 50 k/s for 2 s",
                     .check = faultOfSteps}},
    };
};

} // namespace

const LoadProfile& stepProfile()
{
    static const Step profile;
    return profile;
}

} // namespace ipclab
