#include "tests/bench/told_run.h"

#include "engine/base/failure.h"
#include "engine/run/run.h"

#include <fmt/format.h>
#include <poll.h>

namespace ipclab {

namespace {

RunResult resultOf(const Experiment& experiment, const TellProcesses& tellProcesses)
{
    Run run(experiment, {.workerProgram = IPCLAB_BIN_DIR "/ipclab-worker", .sampleEvery = {}});
    run.start();
    std::vector<pid_t> workers;
    while (true) {
        pollfd request{run.descriptor(), POLLIN, 0};
        check(::poll(&request, 1, -1), "poll");
        for (RunEvent& event : run.dispatch()) {
            if (const auto* started = std::get_if<WorkersStarted>(&event))
                for (const WorkerStatus& worker : started->workers)
                    workers.push_back(worker.pid);
            if (std::holds_alternative<WorkersJoined>(event) && tellProcesses)
                tellProcesses(workers);
            if (auto* finished = std::get_if<RunFinished>(&event))
                return std::move(finished->result);
            if (const auto* failed = std::get_if<RunFailed>(&event))
                throw std::runtime_error(failed->failure.sentence());
        }
    }
}

} // namespace

RunResult runTelling(const Experiment& experiment, const TellProcesses& tellProcesses)
{
    RunResult result = resultOf(experiment, tellProcesses);
    if (result.summary.outcome != RunOutcome::Finished || !result.checksHold())
        throw std::runtime_error(fmt::format("a run over {} failed", experiment.mechanism));
    return result;
}

} // namespace ipclab
