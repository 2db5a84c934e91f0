#pragma once

#include "engine/base/clock.h"
#include "engine/base/failure.h"
#include "engine/measure/run_series.h"
#include "engine/run/processes/wait_graph.h"
#include "engine/run/run_result.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ipclab {

/// How one worker is doing, for a process table. A value.
struct WorkerStatus {
    std::string role; ///< "sender", "sender 2", "receiver"
    int pid = 0;
    std::string phase = {}; ///< "starting", "joined", "warming up", "measuring", "draining", "stopped",
                            ///< "closed its end", "finished", "exited", "killed", "hung"
    WorkerState state = WorkerState::Running;
    Nanoseconds inState{};    ///< for how long
    std::string waitsIn = {}; ///< the kernel function it sleeps in (wchan), empty when it does not
    /// What that means: "waiting for room in the pipe"; empty where nobody knows.
    std::string waitSentence = {};
    std::string place = {}; ///< cores it may use, and how it is scheduled: "0–1", "1, nice 5", "0, FIFO 10"
    std::string standardError = {}; ///< what it has written there, the last 4 KiB
    std::uint64_t sent = 0;         ///< totals since its start, warm-up included
    std::uint64_t received = 0;
    double cpuShare = 0;     ///< of one core, over the last half second
    double blockedShare = 0; ///< of wall time, over the last half second
    bool busyWaiting = false;
};

/// The first event of a run that could be made: its workers are processes now, and look for their ends.
struct WorkersStarted {
    std::vector<WorkerStatus> workers;
    /// Of the channel, as RunResult::capacity, where it is known by now.
    std::optional<Capacity> capacity = {};
};

/// All workers have what they need; the load begins in a few milliseconds. What the run is made of, as in its
/// RunResult.
struct WorkersJoined {
    std::vector<EffectiveSetting> effective;
    std::vector<KernelObject> objects;
    Host host;
};

/// One more interval of the series, and how the workers are doing now.
struct SampleTaken {
    SeriesPoint point;
    std::vector<WorkerStatus> workers;
    std::optional<IntegrityCounts> integrity = {}; ///< so far, where it is checked
    std::optional<Locking> locking = {};           ///< of channels whose lock can be switched
    std::vector<Delivery> deliveries = {};         ///< as RunResult::deliveries, as far as it has come
};

/// Something for the event log; also kept in the result.
struct Happened {
    LoggedEvent event;
};

/// Workers that wait for one another for ever. Once per deadlock, within two seconds.
struct DeadlockFound {
    WaitGraph graph;
    Nanoseconds at{}; ///< since the start of the load
};

/// The last event of a run that came to an end by itself or by stop(). The outcome may still be bad: see its
/// checks.
struct RunFinished {
    RunResult result;
};

/// The last event of a run that could not be made or could not go on.
struct RunFailed {
    Failure failure;
    RunResult result; ///< what is known up to then; host and experiment are always there
};

using RunEvent =
    std::variant<WorkersStarted, WorkersJoined, SampleTaken, Happened, DeadlockFound, RunFinished, RunFailed>;

} // namespace ipclab
