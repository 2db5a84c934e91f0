// How much can it take? An open load that climbs: each step offers one rate for a while, and as long as the
// percentile of the response time stays under the limit, the next step offers more. Once a step has failed
// the search goes on between the highest rate that was kept and the lowest that was not. Below that knee a
// queue empties again and again and response times are short; above it every message waits for all those
// before it. The supervisor judges the steps and steers the rate, which the senders read from shared memory;
// before each step it lets the channel run empty, so that no step pays for the last one.

#include "engine/profiles/load_profile.h"

#include "engine/base/quantity.h"
#include "engine/base/steered_rate.h"
#include "engine/profiles/rate_curve.h"
#include "engine/profiles/saturation_goal.h"

#include <fmt/format.h>

#include <cmath>

namespace ipclab {

namespace {

class SteeredSchedule final : public Schedule {
public:
    SteeredSchedule(const SteeredRate& steering, const ScheduleRequest& request)
        : m_steering(steering), m_current(steering.value()), m_first(request.sender), m_next(request.sender),
          m_step(request.senders)
    {
    }

    /// After a change it begins anew, and leaves out what was due before it and had no time to go.
    Nanoseconds next() override
    {
        if (isOutdated()) [[unlikely]] {
            m_current = m_steering.value();
            m_next = m_first;
        }
        if (m_current.perSecond <= 0)
            return neverDue;
        constexpr long double nanosecondsPerSecond = 1e9L;
        const long double due = static_cast<long double>(m_next) * nanosecondsPerSecond / m_current.perSecond;
        m_next += m_step;
        return m_current.since + Nanoseconds(std::llroundl(due));
    }

    bool isOutdated() const override { return m_steering.changes() != m_current.changes; }

private:
    const SteeredRate& m_steering;
    SteeredRate::Value m_current;
    std::uint64_t m_first;
    std::uint64_t m_next;
    std::uint64_t m_step;
};

/// How the load would go if no step ever failed.
RateCurve climb(const Options& options)
{
    const SaturationGoal goal = saturationGoal(options);
    std::vector<Stretch> steps;
    for (double rate = goal.startRate; rate < mostRate; rate *= goal.growth)
        steps.push_back({goal.stepTime, rate, rate});
    steps.push_back({goal.stepTime, mostRate, mostRate});
    return RateCurve(steps, AfterLast::Hold);
}

std::vector<OptionChoice> percentileChoices()
{
    return {{"p50", "p50", "The median: half of the messages keep the limit."},
            {"p90", "p90", "Nine in ten do."},
            {"p99", "p99", "All but one in a hundred."},
            {"p99.9", "p99.9", "All but one in a thousand."}};
}

class Saturate final : public LoadProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

    std::unique_ptr<Schedule> schedule(const ScheduleRequest& request) const override
    {
        if (request.steering != nullptr)
            return std::make_unique<SteeredSchedule>(*request.steering, request);
        return std::make_unique<CurveSchedule>(climb(request.options), request);
    }

    std::optional<double> rateAt(const Options& options, Nanoseconds time) const override
    {
        return climb(options).rateAt(time);
    }

    double dueBefore(const Options& options, Nanoseconds time) const override
    {
        return climb(options).dueBefore(time);
    }

    std::vector<OptionProblem> problems(const Options& options) const override
    {
        const SaturationGoal goal = saturationGoal(options);
        const double wanted = std::round(1 / (1 - goal.share()));
        const Nanoseconds shortest(std::llround(wanted / goal.startRate * 1e9));
        if (goal.stepTime < shortest)
            return {{"step_time", fmt::format("step_time must be at least {} at a start_rate of {}, not {}: "
                                              "{} takes {} messages a step",
                                              formatDuration(shortest), formatRate(goal.startRate),
                                              formatDuration(goal.stepTime), goal.percentile, wanted)}};
        if (goal.limit > goal.stepTime / 2)
            return {{"limit",
                     fmt::format(
                         "limit must be at most half the step_time of {}, not {}: a step must show whether "
                         "the response time keeps growing",
                         formatDuration(goal.stepTime), formatDuration(goal.limit))}};
        return {};
    }

private:
    const LoadProfileInfo m_info{
        .id = "saturate",
        .title = "Saturate",
        .summary =
            "Climbs step by step to find the highest rate at which the response time stays under a limit.",
        .loop = Loop::Open,
        .isSteered = true,
        .options =
            {{.id = "percentile",
              .label = "Percentile",
              .help = "Of the response time, counted from when each message was due: this must stay under "
                      "the limit.",
              .kind = OptionKind::Choice,
              .initial = "p99",
              .choices = percentileChoices()},
             {.id = "limit",
              .label = "Limit",
              .help = "The longest that the percentile may be; at most half the time of a step.",
              .kind = OptionKind::Duration,
              .initial = "1 ms",
              .least = leastLength,
              .most = mostLength},
             {.id = "start_rate",
              .label = "Start rate",
              .help = "The first step's load, of all senders together, and the warm-up's. If it fails, "
                      "nothing lower is tried.",
              .kind = OptionKind::Rate,
              .initial = "10 k/s",
              .least = leastRate,
              .most = mostRate},
             {.id = "step_time",
              .label = "Step time",
              .help =
                  "How long each rate is offered. Longer steps notice a slower drift and are disturbed less.",
              .kind = OptionKind::Duration,
              .initial = "300 ms",
              .least = leastLength,
              .most = mostLength},
             {.id = "growth",
              .label = "Growth",
              .help = "How many times the load of a step the next one has, until one fails.",
              .kind = OptionKind::Number,
              .initial = "2",
              .least = 1.05,
              .most = 10},
             {.id = "resolution",
              .label = "Resolution",
              .help = "The search ends when the lowest rate that failed is at most so much above the highest "
                      "that was kept.",
              .kind = OptionKind::Ratio,
              .initial = "5 %",
              .least = 0.01,
              .most = 1}},
    };
};

} // namespace

const LoadProfile& saturateProfile()
{
    static const Saturate profile;
    return profile;
}

} // namespace ipclab
