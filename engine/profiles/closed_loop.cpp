// A closed loop sends the next message as soon as the one before it was taken (one-way) or answered (round
// trip). The receiver sets the pace, so a slow receiver also slows the load: what is measured is the most
// that the pair can do, and latency says little, because no message waits that the sender has not begun to
// send.

#include "engine/profiles/load_profile.h"

namespace ipclab {

namespace {

class ClosedLoop final : public LoadProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

    std::unique_ptr<Schedule> schedule(const ScheduleRequest&) const override { return nullptr; }
    std::optional<double> rateAt(const Options&, Nanoseconds) const override { return std::nullopt; }
    double dueBefore(const Options&, Nanoseconds) const override { return 0; }

private:
    const LoadProfileInfo m_info{
        .id = "closed_loop",
        .title = "Closed loop",
        .summary = "As fast as possible: the next message is due as soon as the one before it has gone.",
        .loop = Loop::Closed,
        .options = {},
    };
};

} // namespace

const LoadProfile& closed_loopProfile()
{
    static const ClosedLoop profile;
    return profile;
}

} // namespace ipclab
