// A closed loop sends the next message as soon as the one before it was taken (one-way) or answered (round
// trip). The receiver sets the pace, so a slow receiver also slows the load: what is measured is the most
// that the pair can do, and latency says little, because no message waits that the sender has not begun to
// send. How many messages may be outstanding is up to the channel's capacity one-way, and to the window of
// outstanding questions (round_trip.ahead) in a round trip. With a think time each sender pauses before its
// next message, as a person does who reads an answer before asking again.

#include "engine/profiles/load_profile.h"

namespace ipclab {

namespace {

class ClosedLoop final : public LoadProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

    std::unique_ptr<Schedule> schedule(const ScheduleRequest&) const override { return nullptr; }
    std::optional<double> rateAt(const Options&, Nanoseconds) const override { return std::nullopt; }
    double dueBefore(const Options&, Nanoseconds) const override { return 0; }

    Nanoseconds thinkTime(const Options& options) const override { return options.duration("think_time"); }

private:
    const LoadProfileInfo m_info{
        .id = "closed_loop",
        .title = "Closed loop",
        .summary = "As fast as possible: the next message is due as soon as the one before it has gone, or "
                   "in a round trip as "
                   "soon as an answer leaves room for one more outstanding question.",
        .loop = Loop::Closed,
        .options =
            {{.id = "think_time",
              .label = "Think time",
              .help =
                  "How long a sender pauses after each message, or after each answer of a round trip. Its "
                  "time then goes to pacing.",
              .kind = OptionKind::Duration,
              .initial = "0 s",
              .least = 0,
              .most = mostLength}},
    };
};

} // namespace

const LoadProfile& closed_loopProfile()
{
    static const ClosedLoop profile;
    return profile;
}

} // namespace ipclab
