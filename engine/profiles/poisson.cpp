// Poisson arrivals are what many independent people or programs offer together: each message comes by chance,
// with the same probability in every instant, so the gaps between them are distributed exponentially. Even
// far below capacity some arrive close together and queue, and the queue grows without bound as the
// utilisation nears one. Evenly spaced messages hide this.
//
// Several senders draw independent streams of rate / n: their superposition is a Poisson stream of the whole
// rate. Same seed, same schedule.

#include "engine/base/split_mix.h"
#include "engine/profiles/load_profile.h"

#include <cmath>

namespace ipclab {

namespace {

class PoissonSchedule final : public Schedule {
public:
    PoissonSchedule(double rate, const ScheduleRequest& request)
        : m_random(request.seed, request.sender), m_meanGap(1e9L * request.senders / rate)
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
    double exponential() { return -std::log(m_random.uniform() + 0x1p-53); }

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
