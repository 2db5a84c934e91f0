#pragma once

#include "engine/run/run_result.h"

#include <QString>

#include <optional>

namespace ipclab {

/// What stands beside an event's line in the charts; nothing for an event that is no mark. Short: the event
/// log has the sentence.
std::optional<QString> markOf(const LoggedEvent& event);

} // namespace ipclab
