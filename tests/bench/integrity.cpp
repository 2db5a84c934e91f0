// Whether every mechanism that is said to lose nothing loses nothing: ten million messages over each, and of
// them none lost, repeated, reordered or corrupt.

#include "engine/mechanisms/catalog.h"
#include "engine/run/run.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

using namespace ipclab;

namespace {

struct Settings {
    std::uint64_t messages = 10'000'000;
    std::vector<std::string> mechanisms;
};

bool isWanted(const Mechanism& mechanism, const Settings& settings)
{
    const MechanismInfo& info = mechanism.info();
    const bool isNamed = settings.mechanisms.empty() || std::ranges::count(settings.mechanisms, info.id) > 0;
    return isNamed && info.traits.loss == Loss::Never && info.traits.family != Family::Baseline;
}

Experiment experimentFor(const Mechanism& mechanism, std::uint64_t messages)
{
    const MechanismInfo& info = mechanism.info();
    Experiment experiment;
    experiment.mechanism = info.id;
    experiment.messages = messages;
    if (!supports(info.traits, experiment.wait))
        experiment.wait = info.traits.waits.front();
    experiment.messageSize = std::min<std::uint64_t>(experiment.messageSize,
                                                     mechanism.limit(withDefaults(info.options, {})).largest);
    const bool hasRoom =
        experiment.messageSize >= smallestFullyCheckedMessage && info.traits.content == Content::Carried;
    experiment.measure.integrity = hasRoom ? Integrity::Full : Integrity::Sequence;
    return experiment;
}

/// True if all came, once and in order.
bool deliversAll(const Mechanism& mechanism, std::uint64_t messages)
{
    if (const auto lack = mechanism.unavailable()) {
        fmt::print("      {:<19}skipped, because {}\n", mechanism.info().id, lack->clause());
        return true;
    }
    const Experiment experiment = experimentFor(mechanism, messages);
    const RunResult result =
        runToEnd(experiment, {.workerProgram = IPCLAB_BIN_DIR "/ipclab-worker", .sampleEvery = {}});
    const RunSummary& summary = result.summary;
    const bool isIntact = summary.outcome == RunOutcome::Finished && result.checksHold() &&
                          summary.integrity == IntegrityCounts() && summary.messagesReceived == messages;
    fmt::print("{:<6}{:<19}{:>4} B {:<9}{:>12} received, {} lost, {} repeated, {} reordered, {} corrupt, in "
               "{:.1f} s\n",
               isIntact ? "ok" : "FAIL", experiment.mechanism, experiment.messageSize,
               experiment.measure.integrity == Integrity::Full ? "checksum" : "sequence",
               summary.messagesReceived, summary.integrity.lost, summary.integrity.repeated,
               summary.integrity.reordered, summary.integrity.corrupt, summary.seconds);
    std::fflush(stdout);
    return isIntact;
}

} // namespace

int main(int argumentCount, char** arguments)
{
    Settings settings;
    CLI::App app{
        "Sends many messages over every mechanism that loses none, and counts what is wrong with them."};
    app.add_option("--messages", settings.messages, "Over each mechanism")->capture_default_str();
    app.add_option("--mechanism", settings.mechanisms, "Only these mechanisms");
    CLI11_PARSE(app, argumentCount, arguments);
    bool isIntact = true;
    try {
        for (const Mechanism* mechanism : allMechanisms())
            if (isWanted(*mechanism, settings))
                isIntact = deliversAll(*mechanism, settings.messages) && isIntact;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return isIntact ? 0 : 1;
}
