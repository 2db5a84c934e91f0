#include "engine/profiles/message_sizes.h"

#include "engine/base/quantity.h"
#include "engine/base/split_mix.h"
#include "engine/base/wording.h"

#include <boost/math/distributions/normal.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>

namespace ipclab {

namespace {

constexpr double mostBytes = 1 << 30;
/// A power of two, so that counting round costs nothing.
constexpr std::size_t sequenceLength = std::size_t{1} << 14;

OptionSpec sizeOption(std::string id, std::string label, std::string help, std::string initial)
{
    return {.id = std::move(id),
            .label = std::move(label),
            .help = std::move(help),
            .kind = OptionKind::Size,
            .initial = std::move(initial),
            .least = 1,
            .most = mostBytes};
}

std::vector<OptionProblem> mustNotExceed(const Options& options, const std::string& lower,
                                         const std::string& upper)
{
    if (options.size(lower) <= options.size(upper))
        return {};
    return {{lower, fmt::format("{} must be at most {}, which is {}; not {}", lower, upper,
                                formatSize(options.size(upper)), formatSize(options.size(lower)))}};
}

double asBytes(const Options& options, std::string_view id)
{
    return static_cast<double>(options.size(id));
}

using Quantile = std::function<double(double share)>;

Quantile uniformQuantile(const Options& options)
{
    const double smallest = asBytes(options, "smallest");
    const double sizes = asBytes(options, "largest") - smallest + 1;
    return [=](double share) { return smallest + share * sizes; };
}

Quantile twoSizesQuantile(const Options& options)
{
    const double small = asBytes(options, "small");
    const double large = asBytes(options, "large");
    const double shareOfSmall = 1 - options.ratio("large_share");
    return [=](double share) { return share < shareOfSmall ? small : large; };
}

/// Of the part of the distribution that lies between 1 B and the largest size.
Quantile logNormalQuantile(const Options& options)
{
    const double median = std::log(asBytes(options, "median"));
    const double spread = options.number("spread");
    const boost::math::normal standard;
    const double from = cdf(standard, -median / spread);
    const double to = cdf(standard, (std::log(asBytes(options, "largest")) - median) / spread);
    return [=](double share) {
        return std::exp(median + spread * quantile(standard, from + share * (to - from)));
    };
}

/// The bounded Pareto distribution of network and file sizes (Harchol-Balter: Performance Modeling and Design
/// of Computer Systems, 2013, chapter 20).
Quantile paretoQuantile(const Options& options)
{
    const double smallest = asBytes(options, "smallest");
    const double exponent = options.number("exponent");
    const double kept = 1 - std::pow(smallest / asBytes(options, "largest"), exponent);
    return [=](double share) { return smallest * std::pow(1 - share * kept, -1 / exponent); };
}

struct WeightedSize {
    std::uint64_t bytes = 0;
    double weight = 0;
};

/// "64 B: 60 %".
std::optional<WeightedSize> parseWeighted(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const std::optional<std::uint64_t> bytes = parseSize(trimmed(text.substr(0, colon)));
    const std::optional<double> weight = parseRatio(trimmed(text.substr(colon + 1)));
    const bool isValid = bytes && weight && *bytes >= 1 && static_cast<double>(*bytes) <= mostBytes &&
                         *weight > 0 && std::isfinite(*weight);
    return isValid ? std::optional(WeightedSize{*bytes, *weight}) : std::nullopt;
}

std::optional<std::string> faultOfList(std::string_view text)
{
    constexpr std::size_t mostParts = 64;
    const std::vector<std::string_view> parts = commaSeparated(text);
    if (parts.size() > mostParts)
        return fmt::format("must be at most {} sizes, not {}", mostParts, parts.size());
    for (const std::string_view part : parts)
        if (!parseWeighted(part))
            return fmt::format(
                "must be sizes with their shares like \"64 B: 60 %, 4 KiB: 40 %\", from 1 B to {} "
                "and above 0 %; {} is none",
                formatSize(static_cast<std::uint64_t>(mostBytes)), quoted(part));
    return std::nullopt;
}

/// The weights need not add up to one.
Quantile listQuantile(const Options& options)
{
    std::vector<WeightedSize> sizes;
    double whole = 0;
    for (const std::string_view part : commaSeparated(options.text("list"))) {
        sizes.push_back(parseWeighted(part).value());
        whole += sizes.back().weight;
    }
    return [sizes, whole](double share) {
        double below = 0;
        for (const WeightedSize& size : sizes)
            if ((below += size.weight) > share * whole)
                return static_cast<double>(size.bytes);
        return static_cast<double>(sizes.back().bytes);
    };
}

SizeDistribution uniform()
{
    return {.id = "uniform",
            .title = "Uniform",
            .summary = "Every size from the smallest to the largest is as likely as any other.",
            .options = {sizeOption("smallest", "Smallest", "Bytes of the smallest message.", "64 B"),
                        sizeOption("largest", "Largest", "Bytes of the largest message.", "4 KiB")},
            .quantile = uniformQuantile,
            .problems = [](const Options& options) { return mustNotExceed(options, "smallest", "largest"); }};
}

SizeDistribution twoSizes()
{
    return {.id = "two",
            .title = "Two sizes",
            .summary = "Most messages are small and a few are large, as commands and their data.",
            .options = {sizeOption("small", "Small", "Bytes of a small message.", "64 B"),
                        sizeOption("large", "Large", "Bytes of a large message.", "16 KiB"),
                        {.id = "large_share",
                         .label = "Share of large",
                         .help = "How many of all messages are large.",
                         .kind = OptionKind::Ratio,
                         .initial = "10 %",
                         .least = 0,
                         .most = 1}},
            .quantile = twoSizesQuantile,
            .problems = [](const Options& options) { return mustNotExceed(options, "small", "large"); }};
}

SizeDistribution logNormal()
{
    return {
        .id = "log_normal",
        .title = "Log-normal",
        .summary = "Sizes spread by factors around a median, as those of documents and pictures do.",
        .options = {sizeOption("median", "Median", "Half of the messages are smaller.", "1 KiB"),
                    {.id = "spread",
                     .label = "Spread",
                     .help = "Standard deviation of the size's natural logarithm: with 1, two thirds of the "
                             "messages lie between the median divided and multiplied by 2.7.",
                     .kind = OptionKind::Number,
                     .initial = "1",
                     .least = 0.01,
                     .most = 5},
                    sizeOption("largest", "Largest", "No message is larger.", "64 KiB")},
        .quantile = logNormalQuantile,
        .problems = [](const Options& options) { return mustNotExceed(options, "median", "largest"); }};
}

SizeDistribution pareto()
{
    return {.id = "pareto",
            .title = "Pareto",
            .summary =
                "Few large messages make up most of the bytes, as in network traffic: a heavy tail, bounded.",
            .options = {sizeOption("smallest", "Smallest", "Bytes of the smallest message.", "64 B"),
                        {.id = "exponent",
                         .label = "Exponent",
                         .help = "How fast large messages become rare: the smaller, the heavier the tail.",
                         .kind = OptionKind::Number,
                         .initial = "1.2",
                         .least = 0.1,
                         .most = 10},
                        sizeOption("largest", "Largest", "No message is larger.", "64 KiB")},
            .quantile = paretoQuantile,
            .problems = [](const Options& options) { return mustNotExceed(options, "smallest", "largest"); }};
}

SizeDistribution list()
{
    return {
        .id = "list",
        .title = "List",
        .summary = "Sizes of one's own, each with its share of the messages.",
        .options = {{.id = "list",
                     .label = "Sizes and shares",
                     .help =
                         "Sizes and their shares, like \"64 B: 60 %, 1 KiB: 30 %, 64 KiB: 10 %\". The shares "
                         "are taken relative to their sum.",
                     .kind = OptionKind::Text,
                     .initial = "64 B: 60 %, 1 KiB: 30 %, 64 KiB: 10 %",
                     .check = faultOfList}},
        .quantile = listQuantile};
}

std::vector<std::uint32_t> evenSteps(const SizeDistribution& distribution, const Options& options)
{
    const Quantile quantile = distribution.quantile(options);
    std::vector<std::uint32_t> sizes(sequenceLength);
    for (std::size_t step = 0; step < sequenceLength; ++step) {
        const double share = (static_cast<double>(step) + 0.5) / static_cast<double>(sequenceLength);
        sizes[step] = std::max(1U, static_cast<std::uint32_t>(quantile(share)));
    }
    return sizes;
}

} // namespace

std::span<const SizeDistribution> allSizeDistributions()
{
    static const std::vector<SizeDistribution> distributions{
        {.id = "fixed", .title = "Fixed", .summary = "Every message has the same size.", .options = {}},
        uniform(),
        twoSizes(),
        logNormal(),
        pareto(),
        list(),
        {.id = "trace",
         .title = "From the trace",
         .summary = "As large as the load's trace says.",
         .options = {}}};
    return distributions;
}

const SizeDistribution* findSizeDistribution(std::string_view id)
{
    const auto all = allSizeDistributions();
    const auto found = std::ranges::find(all, id, &SizeDistribution::id);
    return found == all.end() ? nullptr : &*found;
}

SizeRange rangeOf(const SizeDistribution& distribution, const Options& options)
{
    // A list need not be in order, so that its first and last are not its smallest and largest.
    const std::vector<std::uint32_t> sizes = evenSteps(distribution, options);
    const auto [smallest, largest] = std::ranges::minmax(sizes);
    const double sum = std::accumulate(sizes.begin(), sizes.end(), 0.0);
    return {smallest, largest, sum / static_cast<double>(sizes.size())};
}

SizeSequence::SizeSequence(const SizeDistribution& distribution, const Options& options, std::uint64_t seed,
                           unsigned sender)
    : m_sizes(evenSteps(distribution, options))
{
    SplitMix64 random(seed, sender);
    for (std::size_t left = m_sizes.size(); left > 1; --left)
        std::swap(m_sizes[left - 1], m_sizes[random.below(left)]);
}

} // namespace ipclab
