#pragma once

#include "engine/experiment/experiment.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// "any", "same", "different", or the cores of the workers one by one: "0,1,1".
std::string placementText(const Experiment& experiment);

/// Why this is no placement, as the rest of a sentence; nothing if it is one.
std::optional<std::string> problemOfPlacement(std::string_view text);
/// Likewise of a nice value, a whole number from -20 to 19.
std::optional<std::string> problemOfNice(std::string_view text);

/// Sets what placementText() says. The text has no problem.
void setPlacement(Experiment& experiment, std::string_view text);

/// The cores each worker is bound to, in the order of the workers; an empty list means any.
std::vector<std::vector<int>> placementOf(const Experiment& experiment, std::size_t workers);

/// What this host, or this user's rights, do not allow of an experiment's placement and scheduling.
std::vector<Problem> placementProblems(const Experiment& experiment);

} // namespace ipclab
