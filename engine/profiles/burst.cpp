// Bursts are what most real loads are made of: nothing much for a while, then a lot at once. A buffer between
// sender and receiver is there for exactly this. It fills while the burst offers more than the receiver takes
// and drains afterwards; one that is too small makes the sender wait, although on average there is no more to
// do than the receiver can manage.

#include "engine/profiles/curve_profile.h"

#include "engine/base/quantity.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

class Burst final : public CurveProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

    std::vector<OptionProblem> problems(const Options& options) const override
    {
        const Nanoseconds period = options.duration("period");
        const Nanoseconds length = options.duration("burst_length");
        if (length <= period)
            return {};
        return {{"burst_length", fmt::format("burst_length must be at most the period, {}, not {}",
                                             formatDuration(period), formatDuration(length))}};
    }

private:
    RateCurve curve(const Options& options) const override
    {
        const Nanoseconds period = options.duration("period");
        const Nanoseconds length = std::min(options.duration("burst_length"), period);
        const double burst = options.rate("burst_rate");
        const double base = options.rate("base_rate");
        std::vector<Stretch> stretches{{length, burst, burst}};
        if (length < period)
            stretches.push_back({period - length, base, base});
        return RateCurve(stretches, AfterLast::Repeat);
    }

    const LoadProfileInfo m_info{
        .id = "burst",
        .title = "Bursts",
        .summary = "A high rate for a while, then a low one, over and over. The burst comes first.",
        .loop = Loop::Open,
        .options = {{.id = "base_rate",
                     .label = "Base rate",
                     .help = "The load between two bursts, of all senders together. 0 /s is silence.",
                     .kind = OptionKind::Rate,
                     .initial = "1 k/s",
                     .least = 0,
                     .most = mostRate},
                    {.id = "burst_rate",
                     .label = "Burst rate",
                     .help = "The load within a burst, of all senders together.",
                     .kind = OptionKind::Rate,
                     .initial = "20 k/s",
                     .least = leastRate,
                     .most = mostRate},
                    {.id = "period",
                     .label = "Period",
                     .help = "Time from the start of one burst to the start of the next.",
                     .kind = OptionKind::Duration,
                     .initial = "1 s",
                     .least = leastLength,
                     .most = mostLength},
                    {.id = "burst_length",
                     .label = "Burst length",
                     .help = "How long each burst lasts; at most the period.",
                     .kind = OptionKind::Duration,
                     .initial = "100 ms",
                     .least = leastLength,
                     .most = mostLength}},
    };
};

} // namespace

const LoadProfile& burstProfile()
{
    static const Burst profile;
    return profile;
}

} // namespace ipclab
