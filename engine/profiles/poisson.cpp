// Poisson arrivals are what many independent people or programs offer together: each message comes by chance,
// with the same probability in every instant, so the gaps between them are distributed exponentially. Even
// far below capacity some arrive close together and queue, and the queue grows without bound as the
// utilisation nears one. Evenly spaced messages hide this.
//
// Several senders draw independent streams of rate / n: their superposition is a Poisson stream of the whole
// rate. Same seed, same schedule.

#include "engine/profiles/load_profile.h"

#include <cmath>

namespace ipclab {

namespace {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). Written out because
/// the standard library leaves its distributions, and so the schedule, to each implementation.
class SplitMix64 final {
public:
    explicit SplitMix64(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next()
    {
        m_state += 0x9e3779b97f4a7c15;
        return mixed(m_state);
    }

    static std::uint64_t mixed(std::uint64_t value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

private:
    std::uint64_t m_state;
};

/// Senders that start from neighbouring states would draw the same numbers, only shifted.
std::uint64_t seedOf(const ScheduleRequest& request)
{
    return SplitMix64::mixed(SplitMix64::mixed(request.seed) + request.sender);
}

class PoissonSchedule final : public Schedule {
public:
    PoissonSchedule(double rate, const ScheduleRequest& request)
        : m_random(seedOf(request)), m_meanGap(1e9L * request.senders / rate)
    {
    }

    /// Gaps are added up in units of their mean, in 64 bits of mantissa: a day of 10^9 /s is off by less than
    /// a nanosecond. Nothing is rounded on the way.
    Nanoseconds next() override
    {
        m_elapsed += exponential();
        const long double due = m_elapsed * m_meanGap;
        return due < static_cast<long double>(neverDue.count()) ? Nanoseconds(std::llround(due)) : neverDue;
    }

private:
    /// Of mean 1: the logarithm of a uniform number above 0 and up to 1.
    double exponential()
    {
        constexpr double scale = 0x1p-53;
        return -std::log(static_cast<double>((m_random.next() >> 11) + 1) * scale);
    }

    SplitMix64 m_random;
    long double m_meanGap; ///< nanoseconds
    long double m_elapsed = 0;
};

class Poisson final : public LoadProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

    std::unique_ptr<Schedule> schedule(const ScheduleRequest& request) const override
    {
        return std::make_unique<PoissonSchedule>(request.options.rate("rate"), request);
    }

    std::optional<double> rateAt(const Options& options, Nanoseconds) const override
    {
        return options.rate("rate");
    }

    double dueBefore(const Options& options, Nanoseconds time) const override
    {
        return options.rate("rate") * std::chrono::duration<double>(time).count();
    }

private:
    const LoadProfileInfo m_info{
        .id = "poisson",
        .title = "Poisson arrivals",
        .summary = "Messages by chance, as from many independent people: the gaps are exponential.",
        .loop = Loop::Open,
        .options =
            {{.id = "rate",
              .label = "Mean rate",
              .help =
                  "The load that all senders offer together, on average. The seed decides when each message "
                  "comes; the same seed gives the same times.",
              .kind = OptionKind::Rate,
              .initial = "10 k/s",
              .least = leastRate,
              .most = mostRate}},
    };
};

} // namespace

const LoadProfile& poissonProfile()
{
    static const Poisson profile;
    return profile;
}

} // namespace ipclab
