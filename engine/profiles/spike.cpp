// A spike is one burst in an otherwise even load. What it shows is the recovery: the backlog of a short
// overload is worked off only with what the receiver can do beyond the base rate, so a pair that is nearly
// busy anyway feels one second of overload for many seconds.

#include "engine/profiles/curve_profile.h"

namespace ipclab {

namespace {

class Spike final : public CurveProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

private:
    RateCurve curve(const Options& options) const override
    {
        const double base = options.rate("base_rate");
        const double spike = options.rate("spike_rate");
        const Nanoseconds at = options.duration("at");
        std::vector<Stretch> stretches;
        if (at > Nanoseconds::zero())
            stretches.push_back({at, base, base});
        stretches.push_back({options.duration("length"), spike, spike});
        // What is held in the end is the last rate, whatever the length of its stretch.
        stretches.push_back({std::chrono::seconds(1), base, base});
        return RateCurve(stretches, AfterLast::Hold);
    }

    const LoadProfileInfo m_info{
        .id = "spike",
        .title = "Spike",
        .summary = "An even load with a single burst in it, to see how long its traces last.",
        .loop = Loop::Open,
        .options = {{.id = "base_rate",
                     .label = "Base rate",
                     .help = "The load before and after the spike, of all senders together. 0 /s is silence.",
                     .kind = OptionKind::Rate,
                     .initial = "1 k/s",
                     .least = 0,
                     .most = mostRate},
                    {.id = "spike_rate",
                     .label = "Spike rate",
                     .help = "The load during the spike, of all senders together.",
                     .kind = OptionKind::Rate,
                     .initial = "50 k/s",
                     .least = leastRate,
                     .most = mostRate},
                    {.id = "at",
                     .label = "At",
                     .help = "When the spike begins, since the start of the load: the warm-up counts.",
                     .kind = OptionKind::Duration,
                     .initial = "3 s",
                     .least = 0,
                     .most = mostLength},
                    {.id = "length",
                     .label = "Length",
                     .help = "How long the spike lasts.",
                     .kind = OptionKind::Duration,
                     .initial = "500 ms",
                     .least = leastLength,
                     .most = mostLength}},
    };
};

} // namespace

const LoadProfile& spikeProfile()
{
    static const Spike profile;
    return profile;
}

} // namespace ipclab
