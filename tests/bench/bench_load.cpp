// How well a load is kept: the lateness of precise pacing, the mean rate of every profile, the start and the
// end of 64 workers, and what profiles and the laboratory itself cost a message.

#include "engine/experiment/shape.h"
#include "engine/profiles/load_profile.h"
#include "tests/bench/verdict.h"
#include "tests/support/run_fixture.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <poll.h>

#include <cmath>
#include <map>

namespace ipclab {

namespace {

using namespace std::chrono_literals;

struct Settings {
    std::size_t rounds = 5;
    double seconds = 5;
};

double milliseconds(Nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

RunResult finished(const Experiment& experiment)
{
    FollowedRun run = follow(experiment);
    if (run.failure || run.result.summary.outcome != RunOutcome::Finished)
        throw std::runtime_error(fmt::format("a run under the load {} failed: {}", experiment.load.profile,
                                             run.failure ? run.failure->sentence() : "a worker was lost"));
    return std::move(run.result);
}

Experiment underLoad(const std::string& profile, const Settings& settings)
{
    Experiment experiment;
    experiment.load.profile = profile;
    experiment.cores = CorePlacement::Different;
    experiment.duration = Nanoseconds(static_cast<std::int64_t>(settings.seconds * 1e9));
    return experiment;
}

/// At 10 k/s, with a core that no other worker wants.
void judgeLateness(const Settings& settings, Verdicts& verdicts)
{
    Experiment experiment = underLoad("constant", settings);
    experiment.load.options.set("rate", "10 k/s");
    std::vector<double> halves;
    std::vector<double> tails;
    for (std::size_t round = 0; round < settings.rounds; ++round) {
        const LatencySummary lateness = finished(experiment).summary.lateness;
        halves.push_back(static_cast<double>(lateness.p50.count()));
        tails.push_back(static_cast<double>(lateness.p99.count()));
    }
    verdicts.atMost("lateness at 10 k/s, precise, p50 (ns)", halves, 1000);
    verdicts.unjudged("lateness at 10 k/s, precise, p99 (ns)", tails);
}

/// How many messages the profile itself has due in the measured window, counted one by one.
double dueInWindow(const Experiment& experiment)
{
    const Experiment complete = completed(experiment);
    const std::unique_ptr<Schedule> schedule =
        findLoadProfile(complete.load.profile)
            ->schedule({.options = complete.load.options, .seed = complete.seed});
    double due = 0;
    for (Nanoseconds time = schedule->next(); time < complete.warmUp + complete.duration;
         time = schedule->next())
        due += time >= complete.warmUp ? 1 : 0;
    return due;
}

/// By the integral of the profile's curve.
double dueByCurve(const Experiment& experiment)
{
    const Experiment complete = completed(experiment);
    const LoadProfile& profile = *findLoadProfile(complete.load.profile);
    return profile.dueBefore(complete.load.options, complete.warmUp + complete.duration) -
           profile.dueBefore(complete.load.options, complete.warmUp);
}

/// Some ten thousand a second each, so that one message is no matter.
const std::map<std::string, std::map<std::string, std::string>>& steadyOptions()
{
    static const std::map<std::string, std::map<std::string, std::string>> options{
        {"constant", {{"rate", "10 k/s"}}},
        {"poisson", {{"rate", "10 k/s"}}},
        {"ramp", {{"from", "1 k/s"}, {"to", "20 k/s"}, {"over", "4 s"}}},
        {"step", {{"steps", "5 k/s for 700 ms, 20 k/s for 400 ms"}}},
        {"burst", {{"base_rate", "5 k/s"}, {"burst_rate", "30 k/s"}, {"period", "900 ms"}}},
        {"sine", {{"mean_rate", "10 k/s"}, {"period", "700 ms"}}},
        {"spike", {{"base_rate", "8 k/s"}, {"spike_rate", "30 k/s"}, {"at", "2 s"}, {"length", "500 ms"}}},
        {"trace", {{"speed", "10"}}},
    };
    return options;
}

/// A real run of each. The window opens and closes with a message under way, so the count may be one off.
void judgeRates(const Settings& settings, Verdicts& verdicts)
{
    for (const auto& [profile, options] : steadyOptions()) {
        Experiment experiment = underLoad(profile, settings);
        for (const auto& [id, text] : options)
            experiment.load.options.set(id, text);
        const double due = dueInWindow(experiment);
        const auto sent = static_cast<double>(finished(experiment).summary.messagesSent);
        verdicts.atMost(fmt::format("{:<9} {:>8.0f} due, {:>8.0f} sent, off by (%)", profile, due, sent),
                        {100 * std::abs(sent - due) / due}, 0.1);
        // Chance and the marks of a recording are no straight curve.
        if (profile != "poisson" && profile != "trace")
            verdicts.atMost(fmt::format("{:<9} {:>8.0f} by the integral of its curve, off by (%)", profile,
                                        dueByCurve(experiment)),
                            {100 * std::abs(sent - dueByCurve(experiment)) / due}, 0.1);
    }
}

/// The mean of many arrivals by chance, without a run: five times its own spread is within a thousandth from
/// here on.
void judgePoisson(Verdicts& verdicts)
{
    Experiment experiment;
    experiment.load.profile = "poisson";
    experiment.load.options.set("rate", "1 M/s");
    experiment.warmUp = 0s;
    experiment.duration = 30s;
    const double due = dueInWindow(experiment);
    verdicts.atMost(fmt::format("poisson   {:>8.0f} due in its schedule alone, off by (%)", due),
                    {100 * std::abs(due / dueByCurve(experiment) - 1)}, 0.1);
}

struct StartAndStop {
    Nanoseconds start{};
    Nanoseconds stop{};
};

/// From start() until all have joined, and from stop() until the last has gone and the result is there.
StartAndStop startAndStop(const Experiment& experiment)
{
    StartAndStop times;
    Nanoseconds stoppedAt{};
    Run run(experiment, testSettings());
    const Nanoseconds begun = now();
    run.start();
    while (!run.isOver()) {
        pollfd request{run.descriptor(), POLLIN, 0};
        ::poll(&request, 1, 1000);
        for (const RunEvent& event : run.dispatch()) {
            if (std::holds_alternative<WorkersJoined>(event))
                times.start = now() - begun;
            const auto* sample = std::get_if<SampleTaken>(&event);
            if (sample && !sample->point.warmUp && stoppedAt == 0ns) {
                stoppedAt = now();
                run.stop();
            }
            if (std::holds_alternative<RunFailed>(event))
                throw std::runtime_error(std::get<RunFailed>(event).failure.sentence());
        }
    }
    times.stop = now() - stoppedAt;
    return times;
}

void judgeManyWorkers(const std::string& mechanism, ShapeKind shape, const Settings& settings,
                      Verdicts& verdicts)
{
    Experiment experiment;
    experiment.mechanism = mechanism;
    experiment.shape.kind = shape;
    experiment.shape.senders = mostWorkers - 1;
    experiment.exchange = shape == ShapeKind::ClientServer ? Exchange::RoundTrip : Exchange::OneWay;
    experiment.load.profile = "constant";
    experiment.load.options.set("rate", "5 k/s");
    experiment.load.pacing = Pacing::Economy;
    experiment.warmUp = 200ms;
    std::vector<double> starts;
    std::vector<double> stops;
    for (std::size_t round = 0; round < settings.rounds; ++round) {
        const StartAndStop times = startAndStop(experiment);
        starts.push_back(milliseconds(times.start));
        stops.push_back(milliseconds(times.stop));
    }
    const std::string name = fmt::format("64 workers, {}, {}", word(shape), mechanism);
    verdicts.atMost(fmt::format("{:<44} start (ms)", name), starts, 500);
    verdicts.atMost(fmt::format("{:<44} stop (ms)", name), stops, 500);
}

/// One more test per message is all that a closed loop knows of its profile: whether there is a schedule.
double nanosecondsToAsk(const std::unique_ptr<Schedule>& schedule, std::uint64_t messages)
{
    std::int64_t due = 0;
    const Nanoseconds begin = now();
    for (std::uint64_t message = 0; message < messages; ++message) {
        if (schedule)
            due ^= schedule->next().count();
        asm volatile(""
                     : "+r"(due)
                     :
                     : "memory"); // as if it were sent: nothing is known of the schedule after it
    }
    return std::chrono::duration<double, std::nano>(now() - begin).count() / static_cast<double>(messages);
}

/// What the load profile alone costs a message. Only a closed loop, which goes as fast as it can, is judged.
void judgeProfiles(const Settings& settings, Verdicts& verdicts)
{
    constexpr std::uint64_t messages = 1'000'000;
    for (const LoadProfile* profile : allLoadProfiles()) {
        const Experiment experiment = completed(underLoad(profile->info().id, settings));
        std::vector<double> costs;
        for (std::size_t round = 0; round < settings.rounds; ++round)
            costs.push_back(nanosecondsToAsk(profile->schedule({experiment.load.options}), messages));
        const std::string name =
            fmt::format("{:<12} cost of the profile (ns per message)", profile->info().id);
        if (profile->info().loop == Loop::Closed)
            verdicts.atMost(name, costs, 5);
        else
            verdicts.unjudged(name, costs);
    }
}

/// The whole loop of a sender and a receiver that move nothing, of which the profile is one part.
void showClosedLoop(const Settings& settings, Verdicts& verdicts)
{
    Experiment experiment = underLoad("closed_loop", settings);
    experiment.mechanism = "null";
    experiment.wait = Wait::Spin;
    experiment.measure.integrity = Integrity::Off;
    experiment.duration = 1s;
    std::vector<double> costs;
    for (std::size_t round = 0; round < settings.rounds; ++round) {
        const RunResult result = finished(experiment);
        costs.push_back(1e9 * result.summary.seconds / static_cast<double>(result.summary.messagesSent));
    }
    verdicts.unjudged("closed loop over null, all that a message costs the laboratory (ns)", costs);
}

} // namespace

} // namespace ipclab

int main(int argumentCount, char** arguments)
{
    using namespace ipclab;
    Settings settings;
    CLI::App app{"Measures how well loads are kept, and what keeping them costs."};
    app.add_option("--rounds", settings.rounds, "Measurements of each figure that varies")
        ->capture_default_str();
    app.add_option("--seconds", settings.seconds, "Length of each run under load")->capture_default_str();
    CLI11_PARSE(app, argumentCount, arguments);
    return statusOf([&](Verdicts& verdicts) {
        judgeLateness(settings, verdicts);
        judgeRates(settings, verdicts);
        judgePoisson(verdicts);
        judgeManyWorkers("unix_datagram", ShapeKind::FanIn, settings, verdicts);
        judgeManyWorkers("unix_stream", ShapeKind::ClientServer, settings, verdicts);
        judgeProfiles(settings, verdicts);
        showClosedLoop(settings, verdicts);
    });
}
