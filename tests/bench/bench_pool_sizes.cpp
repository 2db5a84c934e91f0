// Whether handing over a message in a pool takes as long however large it is. As long as nobody touches the
// payload, only its place travels, so that the largest time per message over the smallest should be near one.
// Then the same with every byte written and read, where caches and memory decide: that is shown and not
// judged.

#include "engine/run/run.h"
#include "tests/bench/verdict.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>

using namespace ipclab;

namespace {

constexpr double mostUntouched = 1.3; // largest time per message ÷ smallest

struct Settings {
    std::size_t rounds = 5;
    double seconds = 0.5;
    std::string wait = "spin";
    std::vector<std::size_t> sizes{64, 4 << 10, 64 << 10, 1 << 20, 4 << 20};
};

Experiment experimentFor(std::size_t size, Integrity integrity, const Settings& settings)
{
    Experiment experiment;
    experiment.mechanism = "shm_pool";
    experiment.messageSize = size;
    experiment.measure.integrity = integrity;
    experiment.warmUp = std::chrono::milliseconds(100);
    experiment.duration =
        std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(settings.seconds));
    experiment.cores = CorePlacement::Different;
    if (const auto problem = setKey(experiment, "wait", settings.wait))
        throw std::runtime_error(problem->sentence);
    return experiment;
}

/// Nanoseconds per message.
double measure(std::size_t size, Integrity integrity, const Settings& settings)
{
    const RunResult result = runToEnd(experimentFor(size, integrity, settings),
                                      {.workerProgram = IPCLAB_BIN_DIR "/ipclab-worker", .sampleEvery = {}});
    if (result.summary.outcome != RunOutcome::Finished || !result.checksHold())
        throw std::runtime_error(fmt::format("a run with messages of {} B failed", size));
    return 1e9 / result.summary.messagesPerSecond;
}

/// All sizes in turns, so that whatever else the machine does meets them all.
std::map<std::size_t, std::vector<double>> measureAll(Integrity integrity, const Settings& settings)
{
    std::map<std::size_t, std::vector<double>> times;
    for (std::size_t round = 0; round < settings.rounds; ++round)
        for (const std::size_t size : settings.sizes)
            times[size].push_back(measure(size, integrity, settings));
    return times;
}

double ratioOf(const std::map<std::size_t, std::vector<double>>& times)
{
    std::vector<double> medians;
    for (const auto& [size, each] : times)
        medians.push_back(medianOf(each));
    return *std::ranges::max_element(medians) / *std::ranges::min_element(medians);
}

void show(const char* what, const std::map<std::size_t, std::vector<double>>& times, Verdicts& verdicts)
{
    for (const auto& [size, each] : times)
        verdicts.unjudged(fmt::format("{:<10}{:>9} B, ns per message", what, size), each);
}

} // namespace

int main(int argumentCount, char** arguments)
{
    Settings settings;
    CLI::App app{"Measures whether a message in a pool takes as long however large it is."};
    app.add_option("--rounds", settings.rounds, "Measurements of each size")->capture_default_str();
    app.add_option("--seconds", settings.seconds, "Length of each measurement")->capture_default_str();
    app.add_option("--wait", settings.wait, "How the workers wait")->capture_default_str();
    app.add_option("--size", settings.sizes, "Only these message sizes, in bytes")->capture_default_str();
    CLI11_PARSE(app, argumentCount, arguments);
    return statusOf([&](Verdicts& verdicts) {
        const auto untouched = measureAll(Integrity::Sequence, settings);
        show("untouched", untouched, verdicts);
        verdicts.atMost("untouched, largest time ÷ smallest", {ratioOf(untouched)}, mostUntouched);
        const auto touched = measureAll(Integrity::Full, settings);
        show("touched", touched, verdicts);
        verdicts.unjudged("touched, largest time ÷ smallest", {ratioOf(touched)});
    });
}
