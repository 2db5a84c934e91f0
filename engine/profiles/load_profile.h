#pragma once

#include "engine/base/clock.h"
#include "engine/base/option.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// Whether a sender sends as soon as it can, or when a message is due whatever became of the ones before it.
enum class Loop { Closed, Open };

struct LoadProfileInfo {
    std::string id;
    std::string title;
    std::string summary;
    Loop loop = Loop::Open;
    std::vector<OptionSpec> options;
};

/// A schedule is made for one of several senders that share the profile's load equally and take turns.
struct ScheduleRequest {
    const Options& options; ///< complete: withDefaults was applied
    std::uint64_t seed = 1;
    unsigned sender = 0;
    unsigned senders = 1;
};

/// When one sender's messages are due. Computed from the start of the load, never from the last send.
class Schedule {
public:
    virtual ~Schedule() = default;
    /// When the next message is due, since the start of the load; never before the one before it.
    virtual Nanoseconds next() = 0;
};

/// A shape of load over time. Stateless; the catalogue owns the only object of each.
class LoadProfile {
public:
    virtual ~LoadProfile() = default;

    virtual const LoadProfileInfo& info() const = 0;

    /// Null for a closed loop, where messages are due at once.
    virtual std::unique_ptr<Schedule> schedule(const ScheduleRequest& request) const = 0;

    /// The offered load of all senders together at `time` since the start of the load, per second; nothing
    /// for a closed loop.
    virtual std::optional<double> rateAt(const Options& options, Nanoseconds time) const = 0;

    /// How many messages are due before `time`: the integral of the rate.
    virtual double dueBefore(const Options& options, Nanoseconds time) const = 0;
};

std::span<const LoadProfile* const> allLoadProfiles();
const LoadProfile* findLoadProfile(std::string_view id);

} // namespace ipclab
