#include "engine/run/run_result.h"

#include <algorithm>

namespace ipclab {

std::string_view word(RunOutcome outcome)
{
    switch (outcome) {
    case RunOutcome::Finished:
        return "finished";
    case RunOutcome::Stopped:
        return "stopped";
    case RunOutcome::WorkerLost:
        return "worker lost";
    case RunOutcome::Failed:
        return "failed";
    }
    return "";
}

std::string_view word(EventKind kind)
{
    switch (kind) {
    case EventKind::Started:
        return "started";
    case EventKind::Connected:
        return "connected";
    case EventKind::Measuring:
        return "measuring";
    case EventKind::Step:
        return "step";
    case EventKind::Closed:
        return "closed";
    case EventKind::Exited:
        return "exited";
    case EventKind::Killed:
        return "killed";
    case EventKind::Stopped:
        return "stopped";
    case EventKind::Finished:
        return "finished";
    case EventKind::Switched:
        return "switched";
    case EventKind::Restarted:
        return "restarted";
    case EventKind::Warning:
        return "warning";
    case EventKind::Error:
        return "error";
    case EventKind::Fault:
        return "fault";
    case EventKind::Outcome:
        return "outcome";
    case EventKind::Deadlock:
        return "deadlock";
    }
    return "";
}

bool RunResult::checksHold() const
{
    return std::all_of(checks.begin(), checks.end(), [](const SelfCheck& check) { return check.holds; });
}

} // namespace ipclab
