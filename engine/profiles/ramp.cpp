// A ramp raises (or lowers) the offered load in a straight line and then holds it. On the way up it passes
// every load that the pair can just carry: where throughput stops following the offered load is the capacity,
// and where the response time begins to climb is the load that one would not want to go beyond.

#include "engine/profiles/curve_profile.h"

namespace ipclab {

namespace {

class Ramp final : public CurveProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

    std::vector<OptionProblem> problems(const Options& options) const override
    {
        if (options.rate("from") > 0 || options.rate("to") > 0)
            return {};
        return {{"to", "to must be above 0 /s where from is 0 /s: nothing would ever be due"}};
    }

private:
    RateCurve curve(const Options& options) const override
    {
        const Stretch slope{options.duration("over"), options.rate("from"), options.rate("to")};
        return RateCurve({slope}, AfterLast::Hold);
    }

    const LoadProfileInfo m_info{
        .id = "ramp",
        .title = "Ramp",
        .summary = "The load goes in a straight line from one rate to another, then stays there.",
        .loop = Loop::Open,
        .options =
            {{.id = "from",
              .label = "From",
              .help = "The load at the start of the ramp, of all senders together.",
              .kind = OptionKind::Rate,
              .initial = "1 k/s",
              .least = 0,
              .most = mostRate},
             {.id = "to",
              .label = "To",
              .help = "The load at the end of the ramp and from then on. After a ramp down to 0 /s nothing "
                      "more is due.",
              .kind = OptionKind::Rate,
              .initial = "100 k/s",
              .least = 0,
              .most = mostRate},
             {.id = "over",
              .label = "Over",
              .help = "How long the ramp takes. It begins with the load, so the warm-up is part of it.",
              .kind = OptionKind::Duration,
              .initial = "10 s",
              .least = leastLength,
              .most = mostLength}},
    };
};

} // namespace

const LoadProfile& rampProfile()
{
    static const Ramp profile;
    return profile;
}

} // namespace ipclab
