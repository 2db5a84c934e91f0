// Whether handing over a message in a pool takes as long however large it is. As long as nobody touches the
// payload, only its place travels, so that the largest time per message over the smallest should be near one.
// Then the same with every byte written and read, where caches and memory decide: that is shown and not
// judged. All sizes have as many chunks, for their number decides how far the two ends may be apart, and are
// measured at once, in turns.

#include "engine/run/run.h"
#include "tests/bench/told_run.h"
#include "tests/bench/verdict.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

using namespace ipclab;

namespace {

constexpr double mostUntouched = 1.3; // largest time per message ÷ smallest

struct Settings {
    std::size_t rounds = 7;
    double seconds = 0.5;
    std::size_t chunks = 32;
    std::string wait = "spin";
    std::vector<std::size_t> sizes{64, 4 << 10, 64 << 10, 1 << 20, 4 << 20};
};

Nanoseconds toDuration(double seconds)
{
    return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(seconds));
}

Experiment experimentFor(std::size_t size, Integrity integrity, const Settings& settings)
{
    const auto turns = static_cast<double>(settings.sizes.size());
    Experiment experiment;
    experiment.mechanism = "shm_pool";
    experiment.mechanismOptions.set("chunks", std::to_string(settings.chunks));
    experiment.messageSize = size;
    experiment.measure.integrity = integrity;
    experiment.warmUp = toDuration(0.1 * turns);
    experiment.duration = toDuration(settings.seconds * turns);
    experiment.cores = CorePlacement::Different;
    if (const auto problem = setKey(experiment, "wait", settings.wait))
        throw std::runtime_error(problem->sentence);
    return experiment;
}

struct Times {
    std::vector<std::vector<double>> ofSizes; ///< nanoseconds per message, of each size in each round
    std::vector<double> ratios;               ///< of each round, largest ÷ smallest
};

void addRound(Times& times, Integrity integrity, const Settings& settings)
{
    std::vector<Contestant> contestants;
    for (const std::size_t size : settings.sizes) {
        contestants.emplace_back([experiment = experimentFor(size, integrity, settings)](const auto& tell) {
            return runTelling(experiment, tell).summary.messagesPerSecond;
        });
    }
    std::vector<double> round;
    for (const auto& [messagesPerSecond, share] : takeTurns(contestants))
        round.push_back(1e9 * share / messagesPerSecond);
    for (std::size_t index = 0; index < round.size(); ++index)
        times.ofSizes[index].push_back(round[index]);
    times.ratios.push_back(std::ranges::max(round) / std::ranges::min(round));
}

Times measureAll(Integrity integrity, const Settings& settings)
{
    Times times{.ofSizes = std::vector<std::vector<double>>(settings.sizes.size()), .ratios = {}};
    for (std::size_t round = 0; round < settings.rounds; ++round)
        addRound(times, integrity, settings);
    return times;
}

void show(const char* what, const Times& times, const Settings& settings, Verdicts& verdicts)
{
    for (std::size_t index = 0; index < settings.sizes.size(); ++index)
        verdicts.unjudged(fmt::format("{:<10}{:>9} B, ns per message", what, settings.sizes[index]),
                          times.ofSizes[index]);
}

} // namespace

int main(int argumentCount, char** arguments)
{
    Settings settings;
    CLI::App app{"Measures whether a message in a pool takes as long however large it is."};
    app.add_option("--rounds", settings.rounds, "Measurements of each size")->capture_default_str();
    app.add_option("--seconds", settings.seconds, "Length of each measurement")->capture_default_str();
    app.add_option("--chunks", settings.chunks, "In each pool")->capture_default_str();
    app.add_option("--wait", settings.wait, "How the workers wait")->capture_default_str();
    app.add_option("--size", settings.sizes, "Only these message sizes, in bytes")->capture_default_str();
    CLI11_PARSE(app, argumentCount, arguments);
    return statusOf([&](Verdicts& verdicts) {
        const Times untouched = measureAll(Integrity::Sequence, settings);
        show("untouched", untouched, settings, verdicts);
        verdicts.atMost("untouched, largest time ÷ smallest of each round", untouched.ratios, mostUntouched);
        const Times touched = measureAll(Integrity::Full, settings);
        show("touched", touched, settings, verdicts);
        verdicts.unjudged("touched, largest time ÷ smallest of each round", touched.ratios);
    });
}
