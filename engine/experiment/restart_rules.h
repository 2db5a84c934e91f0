#pragma once

#include "engine/experiment/experiment.h"
#include "engine/mechanisms/mechanism.h"

#include <optional>
#include <string>
#include <string_view>

namespace ipclab {

inline constexpr std::string_view restartPolicyKey = "restart.policy";

/// Why workers of this experiment cannot be started anew although it asks for that, with what can, as a
/// sentence; nothing where they can, or are not to be. Its mechanism's options have no problems.
std::optional<std::string> whyNotRestarted(const Experiment& experiment, const Mechanism& mechanism);

} // namespace ipclab
