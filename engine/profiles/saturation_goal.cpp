#include "engine/profiles/saturation_goal.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace ipclab {

namespace {

constexpr std::array<std::pair<std::string_view, double>, 4> percentiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}};

} // namespace

double SaturationGoal::share() const
{
    return std::ranges::find(percentiles, percentile, &std::pair<std::string_view, double>::first)->second;
}

SaturationGoal saturationGoal(const Options& options)
{
    return {.startRate = options.rate("start_rate"),
            .percentile = options.text("percentile"),
            .limit = options.duration("limit"),
            .stepTime = options.duration("step_time"),
            .growth = options.number("growth"),
            .resolution = options.ratio("resolution")};
}

} // namespace ipclab
