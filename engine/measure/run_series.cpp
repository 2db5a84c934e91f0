#include "engine/measure/run_series.h"

#include <numeric>

namespace ipclab {

std::string_view word(WorkerState state)
{
    switch (state) {
    case WorkerState::Running:
        return "running";
    case WorkerState::Ready:
        return "ready";
    case WorkerState::BlockedSending:
        return "blocked sending";
    case WorkerState::BlockedReceiving:
        return "blocked receiving";
    case WorkerState::Pacing:
        return "pacing";
    case WorkerState::Sleeping:
        return "sleeping";
    case WorkerState::Stopped:
        return "stopped";
    }
    return "";
}

std::string_view identifier(WorkerState state)
{
    switch (state) {
    case WorkerState::Running:
        return "running";
    case WorkerState::Ready:
        return "ready";
    case WorkerState::BlockedSending:
        return "blocked_sending";
    case WorkerState::BlockedReceiving:
        return "blocked_receiving";
    case WorkerState::Pacing:
        return "pacing";
    case WorkerState::Sleeping:
        return "sleeping";
    case WorkerState::Stopped:
        return "stopped";
    }
    return "";
}

Nanoseconds TimeSplit::total() const
{
    return std::accumulate(time.begin(), time.end(), Nanoseconds::zero());
}

} // namespace ipclab
