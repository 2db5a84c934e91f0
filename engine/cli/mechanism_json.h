#pragma once

#include "engine/mechanisms/complexity.h"
#include "engine/mechanisms/mechanism.h"

#include <nlohmann/json.hpp>

namespace ipclab {

/// What the catalogue knows of a mechanism: id, title, summary, family, chips, traits {…}, options […],
/// man_pages, is_available, and where that is false: unavailable {reason, remedy}.
nlohmann::ordered_json toJsonValue(const Mechanism& mechanism);

/// What it takes to program with it, counted in its source: own_lines, shared_lines, files […], system_calls,
/// kernel_objects, removals, errors_told_apart, failures_explained.
nlohmann::ordered_json toJsonValue(const Complexity& complexity);

/// id, label, help, kind, default, least and most (in base units, only where there is a limit), choices (only
/// where there are).
nlohmann::ordered_json toJsonValue(const OptionSpec& option);

/// Of a list, each as toJsonValue says.
nlohmann::ordered_json toJsonValue(const std::vector<OptionSpec>& options);

} // namespace ipclab
