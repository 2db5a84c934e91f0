#pragma once

#include "engine/base/clock.h"
#include "engine/base/option.h"
#include "engine/profiles/message_sizes.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

class SteeredRate;

/// Whether a sender sends as soon as it can, or when a message is due whatever became of the ones before it.
enum class Loop { Closed, Open };

/// What a load profile says of itself: the source of forms, help and checks.
struct LoadProfileInfo {
    std::string id;
    std::string title;
    std::string summary;
    Loop loop = Loop::Open;
    bool isSteered = false; ///< the supervisor decides while the run goes on what is offered next
    std::vector<OptionSpec> options;
};

/// A schedule is made for one of several senders that share the profile's load equally and take turns.
struct ScheduleRequest {
    const Options& options; ///< complete: withDefaults was applied
    std::uint64_t seed = 1;
    unsigned sender = 0;
    unsigned senders = 1;
    /// Of a steered load: what the supervisor says. Outlives the schedule. Without it the schedule is that of
    /// dueBefore().
    const SteeredRate* steering = nullptr;
};

/// What a rate that is not 0 may be, per second, and how long a part of a profile may last.
inline constexpr double leastRate = 0.001;
inline constexpr double mostRate = 1e9;
inline constexpr double leastLength = 1e3;        ///< nanoseconds
inline constexpr double mostLength = 24 * 3600e9; ///< nanoseconds

/// When a message is due that never is; far enough from the type's limits to be added to a clock's reading.
inline constexpr Nanoseconds neverDue = Nanoseconds::max() / 2;

/// When one sender's messages are due. Computed from the start of the load, never from the last send.
class Schedule {
public:
    virtual ~Schedule() = default;
    /// When the next message is due, since the start of the load; never before the one before it. neverDue
    /// when no more are.
    virtual Nanoseconds next() = 0;
    /// Bytes of the message that next() was last asked for; 0 where the load does not say.
    virtual std::size_t size() const { return 0; }
    /// Whether the load has been changed since next() was last asked, so that its answer holds no more: ask
    /// again.
    virtual bool isOutdated() const { return false; }
};

/// A shape of load over time. Stateless; the catalogue owns the only object of each.
class LoadProfile {
public:
    virtual ~LoadProfile() = default;

    virtual const LoadProfileInfo& info() const = 0;

    /// Null for a closed loop, where messages are due at once.
    virtual std::unique_ptr<Schedule> schedule(const ScheduleRequest& request) const = 0;

    // What follows takes options that are each fine by themselves, even where `problems` objects. A steered
    // load answers how it would go on if nobody interfered.

    /// The offered load of all senders together at `time` since the start of the load, per second; nothing
    /// for a closed loop.
    virtual std::optional<double> rateAt(const Options& options, Nanoseconds time) const = 0;

    /// How many messages are due before `time`: the integral of the rate.
    virtual double dueBefore(const Options& options, Nanoseconds time) const = 0;

    /// How long a sender of a closed loop pauses after each message that has gone, or been answered.
    virtual Nanoseconds thinkTime(const Options&) const { return Nanoseconds::zero(); }

    /// How large the messages are, where the load says; asked of complete options.
    virtual std::optional<SizeRange> messageSizes(const Options&) const { return std::nullopt; }

    /// What is wrong between complete options that are each fine by themselves. A sentence begins with its
    /// option's id.
    virtual std::vector<OptionProblem> problems(const Options&) const { return {}; }
};

/// In the order of profiles.def.
std::span<const LoadProfile* const> allLoadProfiles();
/// Null where there is none of that id.
const LoadProfile* findLoadProfile(std::string_view id);

} // namespace ipclab
