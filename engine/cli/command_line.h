#pragma once

#include "engine/cli/command.h"

namespace ipclab {

/// Parses the arguments and does what they ask for. Throws what Command::execute throws.
ExitStatus runCommandLine(int argumentCount, const char* const* arguments);

} // namespace ipclab
