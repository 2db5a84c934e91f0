#pragma once

#include "engine/profiles/rate_curve.h"

namespace ipclab {

/// An open load whose rate over time is a RateCurve: what is left to a profile is its curve and its options.
class CurveProfile : public LoadProfile {
public:
    std::unique_ptr<Schedule> schedule(const ScheduleRequest& request) const final;
    std::optional<double> rateAt(const Options& options, Nanoseconds time) const final;
    double dueBefore(const Options& options, Nanoseconds time) const final;

private:
    virtual RateCurve curve(const Options& options) const = 0;
};

} // namespace ipclab
