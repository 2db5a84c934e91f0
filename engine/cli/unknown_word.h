#pragma once

#include "engine/cli/command.h"
#include "engine/mechanisms/mechanism.h"

#include <span>
#include <string>
#include <string_view>

namespace ipclab {

/// 'There is no preset "pipe-fast": did you mean "pipe-as-fast-as-possible"?', or with all that there are
/// where none is near.
UsageError unknownWord(std::string_view kind, std::string_view word, std::span<const std::string> known);

/// Throws UsageError with that sentence if there is none of this id.
const Mechanism& mechanismNamed(const std::string& id);

} // namespace ipclab
