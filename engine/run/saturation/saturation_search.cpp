#include "engine/run/saturation/saturation_search.h"

#include "engine/base/quantity.h"
#include "engine/profiles/load_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ipclab {

namespace {

double withThreeDigits(double value)
{
    const double unit = std::pow(10.0, std::floor(std::log10(value)) - 2);
    return std::round(value / unit) * unit;
}

std::string rateText(double perSecond)
{
    return perSecond > 0 ? formatRate(withThreeDigits(perSecond)) : "0 /s";
}

std::string latencyText(Nanoseconds latency)
{
    const auto nanoseconds = static_cast<double>(latency.count());
    if (nanoseconds < 1e3)
        return fmt::format("{:.0f} ns", nanoseconds);
    if (nanoseconds < 1e6)
        return fmt::format("{:.3g} us", nanoseconds / 1e3);
    return nanoseconds < 1e9 ? fmt::format("{:.3g} ms", nanoseconds / 1e6)
                             : fmt::format("{:.3g} s", nanoseconds / 1e9);
}

/// "at 330 k/s it was 4.2 ms".
std::string failureClause(const SaturationStep& failed)
{
    if (failed.verdict == StepVerdict::NotReached)
        return fmt::format("at {} only {} arrived", rateText(failed.asked), rateText(failed.reached));
    return fmt::format("at {} it was {}", rateText(failed.asked), latencyText(failed.latency));
}

} // namespace

std::string_view word(StepVerdict verdict)
{
    switch (verdict) {
    case StepVerdict::Kept:
        return "kept";
    case StepVerdict::TooSlow:
        return "too slow";
    case StepVerdict::NotReached:
        return "not reached";
    }
    return "";
}

std::string_view identifier(StepVerdict verdict)
{
    switch (verdict) {
    case StepVerdict::Kept:
        return "kept";
    case StepVerdict::TooSlow:
        return "too_slow";
    case StepVerdict::NotReached:
        return "not_reached";
    }
    return "";
}

std::string Saturation::sentence() const
{
    const std::string promise = fmt::format("{} under {}", goal.percentile, formatDuration(goal.limit));
    if (steps.empty())
        return fmt::format("cannot say at what rate it keeps {}: the run ended before the first step",
                           promise);
    if (!kept && !failed)
        return fmt::format(
            "cannot say at what rate it keeps {}: the run ended before the first step was repeated; {}",
            promise, failureClause(steps.back()));
    if (!kept)
        return fmt::format("does not keep {} even in the first step: {}; begin with a lower start_rate",
                           promise, failureClause(*failed));
    const std::string upTo = fmt::format("keeps {} up to {}", promise, rateText(kept->asked));
    if (!failed)
        return fmt::format(
            "{}, {}", upTo,
            isComplete ? "the highest rate that can be asked for"
                       : "and no step failed before the run ended; let it last longer to see where it ends");
    return fmt::format("{}; {}{}", upTo, failureClause(*failed),
                       isComplete ? "" : "; the run ended before the search did, which goes on between them");
}

SaturationSearch::SaturationSearch(const SaturationGoal& goal) : m_next(withThreeDigits(goal.startRate))
{
    m_found.goal = goal;
}

const SaturationStep& SaturationSearch::add(const Figures& figures)
{
    const double seconds = std::chrono::duration<double>(figures.length).count();
    const SaturationStep& step =
        m_found.steps.emplace_back(SaturationStep{.asked = m_next,
                                                  .reached = static_cast<double>(figures.arrived) / seconds,
                                                  .messages = figures.messages,
                                                  .latency = figures.latency,
                                                  .verdict = judge(figures)});
    if (step.verdict != StepVerdict::Kept && !m_isRepeated) {
        m_isRepeated = true;
        return step;
    }
    m_isRepeated = false;
    (step.verdict == StepVerdict::Kept ? m_found.kept : m_found.failed) = step;
    chooseNext();
    return step;
}

/// What is sent within the limit's time before the step's end may still be under way, and one message is no
/// trend.
StepVerdict SaturationSearch::judge(const Figures& figures) const
{
    if (figures.messages > 0 && figures.latency > m_found.goal.limit)
        return StepVerdict::TooSlow;
    const double seconds = std::chrono::duration<double>(figures.length - m_found.goal.limit).count();
    const double expected = m_next * seconds * (1 - m_found.goal.resolution);
    return static_cast<double>(figures.arrived) + 1 < expected ? StepVerdict::NotReached : StepVerdict::Kept;
}

void SaturationSearch::chooseNext()
{
    const std::optional<SaturationStep>& kept = m_found.kept;
    const std::optional<SaturationStep>& failed = m_found.failed;
    if (!failed) {
        m_found.isComplete = kept->asked >= mostRate;
        m_next = std::min(withThreeDigits(kept->asked * m_found.goal.growth), mostRate);
        return;
    }
    m_found.isComplete = !kept || failed->asked <= kept->asked * (1 + m_found.goal.resolution);
    if (m_found.isComplete)
        return;
    m_next = withThreeDigits(std::sqrt(kept->asked * failed->asked));
    // Three digits may not tell them apart.
    m_found.isComplete = m_next <= kept->asked || m_next >= failed->asked;
}

std::string stepText(const SaturationStep& step, const SaturationGoal& goal)
{
    return fmt::format("{} at {}: {} was {}, and {} arrived", word(step.verdict), rateText(step.asked),
                       goal.percentile, latencyText(step.latency), rateText(step.reached));
}

} // namespace ipclab
