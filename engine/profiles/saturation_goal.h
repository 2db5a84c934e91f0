#pragma once

#include "engine/base/clock.h"
#include "engine/base/option.h"

#include <string>

namespace ipclab {

/// What the load profile "saturate" is to find: the highest rate at which a percentile of the response time
/// stays under a limit, and in which steps.
struct SaturationGoal {
    double startRate = 0;   ///< of the first step, of all senders together
    std::string percentile; ///< "p99"
    Nanoseconds limit{};
    Nanoseconds stepTime{};
    double growth = 2;        ///< from one step to the next, until one fails
    double resolution = 0.05; ///< how far the lowest rate that fails may be above the highest that does not

    /// The share of messages that must keep the limit: 0.99.
    double share() const;
    bool operator==(const SaturationGoal&) const = default;
};

/// From the profile's options, complete.
SaturationGoal saturationGoal(const Options& options);

} // namespace ipclab
