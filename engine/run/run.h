#pragma once

#include "engine/experiment/experiment.h"
#include "engine/run/run_event.h"
#include "engine/run/run_settings.h"

#include <memory>
#include <vector>

namespace ipclab {

class Supervisor; // what is behind a Run: supervisor.h

/// One experiment from start to end, on real processes. Has no thread and calls nobody back: watch
/// descriptor() and call dispatch() when it is readable. Must be made, used and destroyed by one thread,
/// which outlives the workers (they die with it: PR_SET_PDEATHSIG). The destructor leaves no process, name or
/// descriptor; it waits for killed workers, a few milliseconds.
class Run final {
public:
    /// Nothing happens yet; the experiment's problems are reported by start() as RunFailed.
    explicit Run(Experiment experiment, RunSettings settings = {});
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run();

    /// Makes the channel and starts the workers. Never throws: what goes wrong is a RunFailed of the next
    /// dispatch().
    void start();

    /// An epoll descriptor, readable when dispatch() has something to do. Valid as long as the run.
    int descriptor() const;

    /// Handles what is ready, without blocking, and returns what happened, in order.
    std::vector<RunEvent> dispatch();

    /// Ends the measured window now; the run still drains and reports RunFinished. Calling it twice ends the
    /// draining too.
    void stop();

    /// Switches the lock of every channel that can do without (Traits::canRace); an event of the log tells.
    /// Nothing happens before the load has begun or after the run is over.
    void setLocking(Locking locking);

    /// Does it now, or when the load has lasted for `fault.at`. What comes of it is told by events and kept
    /// in the result; so is why it cannot be done, for instance before the load or after it.
    void inject(Fault fault);

    /// RunFinished or RunFailed was returned.
    bool isOver() const;

    /// Since the start of the load; negative before it.
    Nanoseconds elapsed() const;

private:
    std::unique_ptr<Supervisor> m_supervisor;
};

/// Runs to the end, blocking, for programs without an event loop.
RunResult runToEnd(const Experiment& experiment, RunSettings settings = {});

} // namespace ipclab
