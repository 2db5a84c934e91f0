#include "engine/measure/statistics.h"

#include <boost/math/distributions/binomial.hpp>

#include <algorithm>
#include <cassert>

namespace ipclab {

namespace {

constexpr double wantedConfidence = 0.95;
constexpr double leastConfidence = 0.9;

/// That the median of all lies between the values that are the `rank`-th from both ends, counted from 1.
double confidenceOf(std::size_t trials, std::size_t rank)
{
    const boost::math::binomial below(static_cast<double>(trials), 0.5);
    return std::max(0.0, 1 - 2 * boost::math::cdf(below, static_cast<double>(rank - 1)));
}

double middleOf(const std::vector<double>& sorted)
{
    const std::size_t half = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

} // namespace

MedianInterval medianInterval(std::vector<double> values)
{
    assert(!values.empty());
    std::ranges::sort(values);
    const std::size_t trials = values.size();
    std::size_t rank = 1;
    while (2 * (rank + 1) <= trials && confidenceOf(trials, rank + 1) >= wantedConfidence)
        ++rank;
    return {.median = middleOf(values),
            .low = values[rank - 1],
            .high = values[trials - rank],
            .confidence = confidenceOf(trials, rank),
            .trials = trials};
}

Verdict verdictOn(const MedianInterval& ratio, double margin)
{
    if (ratio.confidence < leastConfidence)
        return Verdict::Undecided;
    if (ratio.low >= 1 / (1 + margin) && ratio.high <= 1 + margin)
        return Verdict::Equivalent;
    if (ratio.low > 1)
        return Verdict::More;
    return ratio.high < 1 ? Verdict::Less : Verdict::Undecided;
}

std::string_view word(Verdict verdict)
{
    switch (verdict) {
    case Verdict::More:
        return "more";
    case Verdict::Less:
        return "less";
    case Verdict::Equivalent:
        return "equivalent";
    case Verdict::Undecided:
        break;
    }
    return "undecided";
}

} // namespace ipclab
