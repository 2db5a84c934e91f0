#pragma once

#include "engine/mechanisms/mechanism.h"

#include <span>
#include <string_view>

namespace ipclab {

/// Every mechanism, in the order of mechanisms.def. Built on first use; lives until the program ends.
std::span<const Mechanism* const> allMechanisms();

/// Null if there is none with this id.
const Mechanism* findMechanism(std::string_view id);

} // namespace ipclab
