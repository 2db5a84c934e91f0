#include "engine/profiles/curve_profile.h"

namespace ipclab {

std::unique_ptr<Schedule> CurveProfile::schedule(const ScheduleRequest& request) const
{
    return std::make_unique<CurveSchedule>(curve(request.options), request);
}

std::optional<double> CurveProfile::rateAt(const Options& options, Nanoseconds time) const
{
    return curve(options).rateAt(time);
}

double CurveProfile::dueBefore(const Options& options, Nanoseconds time) const
{
    return curve(options).dueBefore(time);
}

} // namespace ipclab
