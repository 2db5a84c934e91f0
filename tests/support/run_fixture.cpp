#include "tests/support/run_fixture.h"

#include "engine/base/name_journal.h"
#include "engine/base/private_directory.h"
#include "engine/mechanisms/catalog.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace ipclab {

namespace {

using namespace std::chrono_literals;

constexpr Nanoseconds longestRun = 60s;

std::vector<std::string> entriesOf(const std::string& directory)
{
    std::vector<std::string> entries;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        std::error_code error;
        const auto target = std::filesystem::read_symlink(entry.path(), error);
        entries.push_back(entry.path().filename().string() + " " + target.string());
    }
    std::ranges::sort(entries);
    return entries;
}

} // namespace

Experiment shortExperiment(const std::string& mechanism, Exchange exchange)
{
    Experiment experiment;
    experiment.mechanism = mechanism;
    experiment.exchange = exchange;
    experiment.duration = 200ms;
    experiment.warmUp = 50ms;
    const Mechanism& chosen = *findMechanism(mechanism);
    const Traits& traits = chosen.info().traits;
    const MessageLimit limit = chosen.limit(withDefaults(chosen.info().options, {}));
    experiment.messageSize = std::min<std::uint64_t>(experiment.messageSize, limit.largest);
    experiment.wait = traits.waits.front();
    if (traits.loss == Loss::Possible) {
        // As fast as possible could mean that next to nothing arrives.
        experiment.load.profile = "constant";
        experiment.load.options.set("rate", "4 k/s");
    }
    return experiment;
}

RunSettings testSettings()
{
    return {.workerProgram = std::string(IPCLAB_BIN_DIR) + "/ipclab-worker", .sampleEvery = {}};
}

FollowedRun follow(const Experiment& experiment, const Watch& watch)
{
    FollowedRun followed;
    Run run(experiment, testSettings());
    run.start();
    const Nanoseconds deadline = now() + longestRun;
    while (!run.isOver() || followed.result.startedAt.empty()) {
        pollfd request{run.descriptor(), POLLIN, 0};
        if (::poll(&request, 1, 1000) < 0 || now() > deadline)
            throw std::runtime_error("the run did not come to an end");
        for (const RunEvent& event : run.dispatch()) {
            if (watch)
                watch(run, event);
            if (const auto* started = std::get_if<WorkersStarted>(&event))
                followed.startedWorkers = started->workers;
            followed.samples += std::holds_alternative<SampleTaken>(event) ? 1u : 0u;
            if (const auto* finished = std::get_if<RunFinished>(&event))
                followed.result = finished->result;
            if (const auto* failed = std::get_if<RunFailed>(&event)) {
                followed.result = failed->result;
                followed.failure = failed->failure;
            }
        }
    }
    return followed;
}

Belongings belongings()
{
    Belongings found;
    std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    for (int pid = 0; children >> pid;)
        found.children.push_back(pid);
    found.descriptors = entriesOf("/proc/self/fd");
    std::erase_if(found.descriptors,
                  [](const std::string& entry) { return entry.find("/proc/") != std::string::npos; });
    found.privateFiles = entriesOf(privateDirectory());
    return found;
}

std::string leftSince(const Belongings& before)
{
    const Belongings after = belongings();
    if (after.children.size() != before.children.size())
        return "a process is left";
    if (after.descriptors != before.descriptors)
        return "a descriptor is left open";
    return after.privateFiles == before.privateFiles ? "" : "a name is left behind";
}

const WorkerResult& worker(const RunResult& result, const std::string& role)
{
    const auto found = std::ranges::find(result.workers, role, &WorkerResult::role);
    if (found == result.workers.end())
        throw std::runtime_error("there is no " + role);
    return *found;
}

std::uint64_t receivedAfter(const RunResult& result, Nanoseconds moment)
{
    std::uint64_t received = 0;
    for (const SeriesPoint& point : result.series)
        received += point.at > moment ? point.received : 0;
    return received;
}

std::string violatedChecks(const RunResult& result)
{
    std::string text;
    for (const SelfCheck& check : result.checks)
        if (!check.holds)
            text += check.id + ": " + check.sentence + "\n";
    return text;
}

} // namespace ipclab
