// A trace replays what once happened: a file says when each message was due and, if it likes, how large it
// was. Real arrivals come in clusters that no formula has, and the same trace gives the same load to every
// mechanism. A run's own series.csv can be replayed too: then the messages of each interval are spread evenly
// over it.

#include "engine/base/failure.h"
#include "engine/profiles/load_profile.h"
#include "engine/profiles/trace_file.h"

#include <algorithm>
#include <cmath>

namespace ipclab {

namespace {

/// `time` of the trace, replayed `speed` times as fast.
Nanoseconds replayed(Nanoseconds time, double speed)
{
    return Nanoseconds(std::llround(static_cast<double>(time.count()) / speed));
}

/// One of several senders that take turns.
class TraceSchedule final : public Schedule {
public:
    TraceSchedule(std::string path, const ScheduleRequest& request)
        : m_path(std::move(path)), m_reader(std::make_unique<TraceReader>(m_path)),
          m_period(summaryOfTrace(m_path)->period()), m_speed(request.options.number("speed")),
          m_loops(request.options.isOn("loop")), m_othersBefore(request.sender), m_others(request.senders - 1)
    {
    }

    Nanoseconds next() override
    {
        for (unsigned others = std::exchange(m_othersBefore, m_others); others > 0; --others)
            nextOfAll();
        return nextOfAll();
    }

    std::size_t size() const override { return m_size; }

private:
    Nanoseconds nextOfAll()
    {
        std::optional<TraceMessage> message = m_reader->next();
        if (!message && m_loops) {
            m_reader = std::make_unique<TraceReader>(m_path);
            m_roundBegin += m_period;
            message = m_reader->next();
        }
        if (!message)
            return neverDue;
        m_size = message->size;
        return replayed(m_roundBegin + message->due, m_speed);
    }

    std::string m_path;
    std::unique_ptr<TraceReader> m_reader;
    Nanoseconds m_period;
    double m_speed;
    bool m_loops;
    unsigned m_othersBefore; ///< whose turns come before ours
    unsigned m_others;
    Nanoseconds m_roundBegin{}; ///< in the trace's time
    std::size_t m_size = 0;
};

std::string pathIn(const Options& options)
{
    return pathOfTrace(options.text("file"));
}

class Trace final : public LoadProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

    std::unique_ptr<Schedule> schedule(const ScheduleRequest& request) const override
    {
        return std::make_unique<TraceSchedule>(pathIn(request.options), request);
    }

    /// Over a small part of the trace: single messages have no rate.
    std::optional<double> rateAt(const Options& options, Nanoseconds time) const override
    {
        constexpr int parts = 100;
        const auto summary = summaryOf(options);
        if (!summary)
            return 0;
        const Nanoseconds half = replayed(summary->period(), options.number("speed")) / (2 * parts);
        const Nanoseconds from = std::max(Nanoseconds::zero(), time - half);
        const Nanoseconds to = time + half;
        return (dueBefore(options, to) - dueBefore(options, from)) /
               std::chrono::duration<double>(to - from).count();
    }

    double dueBefore(const Options& options, Nanoseconds time) const override
    {
        const auto summary = summaryOf(options);
        if (!summary)
            return 0;
        const Nanoseconds inTrace(std::llround(static_cast<double>(time.count()) * options.number("speed")));
        if (!options.isOn("loop"))
            return summary->dueBefore(inTrace);
        const auto rounds = inTrace / summary->period();
        return static_cast<double>(rounds) * static_cast<double>(summary->messages) +
               summary->dueBefore(inTrace - rounds * summary->period());
    }

    std::optional<SizeRange> messageSizes(const Options& options) const override
    {
        const auto summary = summaryOf(options);
        return summary ? summary->sizes : std::nullopt;
    }

    std::vector<OptionProblem> problems(const Options& options) const override
    {
        try {
            summaryOfTrace(pathIn(options));
            return {};
        } catch (const FailureError& error) {
            return {{"file", "file names no trace: " + error.failure().reason}};
        }
    }

private:
    /// Null if the file cannot be read, as problems() says.
    static std::shared_ptr<const TraceSummary> summaryOf(const Options& options)
    {
        try {
            return summaryOfTrace(pathIn(options));
        } catch (const FailureError&) {
            return nullptr;
        }
    }

    const LoadProfileInfo m_info{
        .id = "trace",
        .title = "Trace",
        .summary = "Replays a file that says when each message was due, or the series of a recorded run.",
        .loop = Loop::Open,
        .options =
            {{.id = "file",
              .label = "File",
              .help = "CSV with a line for each message: its time in seconds and, after a comma, its size in "
                      "bytes; or the series.csv of a run. A name without a directory may be a trace that "
                      "comes with the program.",
              .kind = OptionKind::Text,
              .initial = "recorded-bursts.csv"},
             {.id = "speed",
              .label = "Speed",
              .help = "2 replays the trace twice as fast, 0.5 at half its speed.",
              .kind = OptionKind::Number,
              .initial = "1",
              .least = 0.001,
              .most = 1000},
             {.id = "loop",
              .label = "Loop",
              .help = "Begins again after the last message; otherwise nothing more is due then.",
              .kind = OptionKind::Switch,
              .initial = "on"}},
    };
};

} // namespace

const LoadProfile& traceProfile()
{
    static const Trace profile;
    return profile;
}

} // namespace ipclab
