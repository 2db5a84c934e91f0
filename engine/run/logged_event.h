#pragma once

#include "engine/base/clock.h"

#include <string>
#include <string_view>

namespace ipclab {

enum class EventKind {
    Started,
    Connected,
    Measuring,
    Step,
    Closed,
    Exited,
    Killed,
    Stopped,
    Finished,
    Switched,
    Restarted,
    Warning,
    Error,
    Fault,
    Outcome,
    Deadlock,
};

std::string_view word(EventKind kind);

/// A line of a run's event log.
struct LoggedEvent {
    Nanoseconds at{}; ///< since the start of the load; negative before it
    EventKind kind = EventKind::Started;
    std::string worker = {}; ///< role, or empty for the run itself
    std::string text;
    bool operator==(const LoggedEvent&) const = default;
};

} // namespace ipclab
