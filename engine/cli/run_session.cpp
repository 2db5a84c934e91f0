#include "engine/cli/run_session.h"

#include "engine/cli/standard_streams.h"
#include "engine/run/run.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <variant>

namespace ipclab {

namespace {

void waitForEither(int run, int signals)
{
    std::array<pollfd, 2> watched{pollfd{run, POLLIN, 0}, pollfd{signals, POLLIN, 0}};
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
        throwSystemError("poll");
}

/// Takes what a run reports for the end and for the progress line.
class Listener final {
public:
    Listener(SessionEnd& end, Progress& progress) : m_end(end), m_progress(progress) {}

    void operator()(WorkersStarted&) {}
    void operator()(WorkersJoined&) {}
    void operator()(Happened&) {}
    void operator()(DeadlockFound& found) { complain("Deadlock: " + found.graph.sentence()); }
    void operator()(SampleTaken& sample) { m_progress.take(sample.point); }
    void operator()(RunFinished& finished) { m_end.result = std::move(finished.result); }
    void operator()(RunFailed& failed)
    {
        m_end.result = std::move(failed.result);
        m_end.failure = std::move(failed.failure);
    }

private:
    SessionEnd& m_end;
    Progress& m_progress;
};

} // namespace

SessionEnd runSession(const Experiment& experiment, StopSignals& signals, Progress& progress)
{
    SessionEnd end;
    Listener listener(end, progress);
    Run run(experiment);
    run.start();
    bool isStopping = false;
    do { // a run that could not be started is over and has still to say why
        waitForEither(run.descriptor(), signals.descriptor());
        const unsigned signalCount = signals.count();
        if (signalCount > 1)
            break;
        if (signalCount == 1 && !isStopping) {
            isStopping = true;
            run.stop();
        }
        for (RunEvent& event : run.dispatch())
            std::visit(listener, event);
    } while (!run.isOver());
    return end;
}

} // namespace ipclab
