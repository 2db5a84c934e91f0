// A constant open load: message k is due at k / rate after the start, whatever became of those before it. A
// sender that falls behind sends at once until it has caught up, and the time a message waited for that
// counts as its response time. Several senders take turns, so that together they offer one even stream.

#include "engine/profiles/load_profile.h"

#include <cmath>

namespace ipclab {

namespace {

class ConstantSchedule final : public Schedule {
public:
    ConstantSchedule(double rate, const ScheduleRequest& request)
        : m_rate(rate), m_next(request.sender), m_step(request.senders)
    {
    }

    /// Divides anew for each message: adding intervals would drift by their rounding error. The 64-bit
    /// mantissa of a long double keeps the quotient within the nanosecond for days.
    Nanoseconds next() override
    {
        constexpr long double nanosecondsPerSecond = 1e9L;
        const long double due = static_cast<long double>(m_next) * nanosecondsPerSecond / m_rate;
        m_next += m_step;
        return Nanoseconds(std::llroundl(due));
    }

private:
    long double m_rate;
    std::uint64_t m_next;
    std::uint64_t m_step;
};

class Constant final : public LoadProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

    std::unique_ptr<Schedule> schedule(const ScheduleRequest& request) const override
    {
        return std::make_unique<ConstantSchedule>(request.options.rate("rate"), request);
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
        .id = "constant",
        .title = "Constant rate",
        .summary = "One message after another at even distances, whether or not the receiver keeps up.",
        .loop = Loop::Open,
        .options =
            {{.id = "rate",
              .label = "Rate",
              .help = "The load that all senders offer together. Above what the pair can do, the backlog and "
                      "the response time grow for as long as the run lasts.",
              .kind = OptionKind::Rate,
              .initial = "10 k/s",
              .least = leastRate,
              .most = mostRate}},
    };
};

} // namespace

const LoadProfile& constantProfile()
{
    static const Constant profile;
    return profile;
}

} // namespace ipclab
