#include "engine/run/speed_by_size.h"

#include "engine/mechanisms/catalog.h"
#include "engine/run/run_conditions.h"

#include <algorithm>
#include <cmath>

namespace ipclab {

namespace {

bool isOfOneSize(const Experiment& experiment)
{
    return experiment.sizes.distribution == "fixed";
}

/// What is the mechanism's own.
bool isSameMechanism(const Experiment& one, const Experiment& other)
{
    return one.mechanismOptions == other.mechanismOptions && one.rendezvous == other.rendezvous &&
           one.wait == other.wait;
}

bool areOpposite(Verdict one, Verdict other)
{
    return (one == Verdict::More && other == Verdict::Less) ||
           (one == Verdict::Less && other == Verdict::More);
}

} // namespace

void SpeedBySize::add(const RunResult& result)
{
    const Experiment& experiment = result.experiment;
    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    if (!mechanism || mechanism->info().traits.family == Family::Baseline || !isOfOneSize(experiment) ||
        !showsSpeed(result))
        return;
    const bool waitsAlike =
        experiment.wait == m_first.wait || !supports(mechanism->info().traits, m_first.wait);
    if (isEmpty() || !waitsAlike || conditionsOf(experiment) != conditionsOf(m_first)) {
        m_curves.clear();
        m_first = experiment;
    }
    Curve& curve = m_curves[experiment.mechanism];
    if (!curve.sizes.empty() && !isSameMechanism(curve.experiment, experiment))
        curve.sizes.clear();
    curve.experiment = experiment;
    Trials& trials = curve.sizes[experiment.messageSize];
    if (trials.integrity != experiment.measure.integrity)
        trials = {experiment.measure.integrity, {}};
    trials.trials.push_back({.messages = result.summary.messagesPerSecond,
                             .bytes = result.summary.bytesPerSecond,
                             .response = static_cast<double>(result.summary.response.p50.count())});
}

std::vector<std::string> SpeedBySize::mechanisms() const
{
    std::vector<std::string> names;
    for (const auto& [name, curve] : m_curves)
        names.push_back(name);
    return names;
}

std::size_t SpeedBySize::mostTrials() const
{
    std::size_t most = 0;
    for (const auto& [name, curve] : m_curves)
        for (const auto& [size, trials] : curve.sizes)
            most = std::max(most, trials.trials.size());
    return most;
}

std::string SpeedBySize::fastestBeside(const std::string& mechanism) const
{
    const std::vector<Point> own = curve(mechanism, SpeedFigure::Messages);
    if (own.empty())
        return {};
    std::string fastest;
    double best = 0;
    for (const std::string& name : mechanisms())
        for (const Point& point : curve(name, SpeedFigure::Messages))
            if (name != mechanism && point.size == own.front().size && point.speed.median > best) {
                fastest = name;
                best = point.speed.median;
            }
    return fastest;
}

std::vector<double> SpeedBySize::valuesOf(const Trials& trials, SpeedFigure figure)
{
    std::vector<double> values;
    for (const Trial& trial : trials.trials) {
        const double value = figure == SpeedFigure::Messages ? trial.messages
                             : figure == SpeedFigure::Bytes  ? trial.bytes
                                                             : trial.response;
        if (value > 0)
            values.push_back(value);
    }
    return values;
}

std::vector<SpeedBySize::Point> SpeedBySize::curve(const std::string& mechanism, SpeedFigure figure) const
{
    std::vector<Point> points;
    const auto found = m_curves.find(mechanism);
    if (found == m_curves.end())
        return points;
    for (const auto& [size, trials] : found->second.sizes)
        if (const std::vector<double> values = valuesOf(trials, figure); !values.empty())
            points.push_back({size, medianInterval(values)});
    return points;
}

std::vector<SpeedBySize::Comparison> SpeedBySize::compare(const std::string& first, const std::string& second,
                                                          SpeedFigure figure) const
{
    std::vector<Comparison> comparisons;
    const auto one = m_curves.find(first);
    const auto other = m_curves.find(second);
    if (one == m_curves.end() || other == m_curves.end())
        return comparisons;
    for (const auto& [size, trials] : one->second.sizes) {
        const auto rivals = other->second.sizes.find(size);
        if (rivals == other->second.sizes.end() || rivals->second.integrity != trials.integrity)
            continue;
        const std::vector<double> mine = valuesOf(trials, figure);
        const std::vector<double> theirs = valuesOf(rivals->second, figure);
        std::vector<double> ratios;
        for (std::size_t trial = 0; trial < std::min(mine.size(), theirs.size()); ++trial)
            ratios.push_back(mine[trial] / theirs[trial]);
        if (ratios.empty())
            continue;
        const MedianInterval ratio = medianInterval(ratios);
        comparisons.push_back({.size = size,
                               .first = medianInterval(mine),
                               .second = medianInterval(theirs),
                               .ratio = ratio,
                               .verdict = verdictOn(ratio, equivalenceMargin)});
    }
    return comparisons;
}

std::vector<Crossover> crossoversOf(const std::vector<SpeedBySize::Comparison>& comparisons)
{
    std::vector<Crossover> crossovers;
    for (std::size_t next = 1; next < comparisons.size(); ++next) {
        const SpeedBySize::Comparison& smaller = comparisons[next - 1];
        const SpeedBySize::Comparison& larger = comparisons[next];
        const double from = std::log(smaller.ratio.median);
        const double to = std::log(larger.ratio.median);
        if (from == 0 || from * to > 0)
            continue;
        const double way = from / (from - to);
        const auto between = [way](double low, double high) {
            return std::exp(std::log(low) + way * (std::log(high) - std::log(low)));
        };
        const auto isDecided = [](const SpeedBySize::Comparison& each) {
            return each.verdict == Verdict::More || each.verdict == Verdict::Less;
        };
        const auto split = comparisons.begin() + static_cast<std::ptrdiff_t>(next);
        const auto below = std::find_if(std::make_reverse_iterator(split), comparisons.rend(), isDecided);
        const auto above = std::find_if(split, comparisons.end(), isDecided);
        crossovers.push_back(
            {.size = between(static_cast<double>(smaller.size), static_cast<double>(larger.size)),
             .speed = between(smaller.first.median, larger.first.median),
             .after = smaller.size,
             .before = larger.size,
             .isDecided = below != comparisons.rend() && above != comparisons.end() &&
                          areOpposite(below->verdict, above->verdict)});
    }
    return crossovers;
}

} // namespace ipclab
