#pragma once

#include "engine/experiment/fault.h"

#include <string>

namespace ipclab {

// What the event log says of a fault, after the role of its target where it has one.

std::string doneText(const Fault& fault);
/// Of a kind that is undone.
std::string undoneText(FaultKind kind);

} // namespace ipclab
