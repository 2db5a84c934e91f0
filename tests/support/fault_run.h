#pragma once

#include "engine/experiment/fault.h"
#include "tests/support/run_fixture.h"

#include <cstddef>
#include <string>
#include <vector>

namespace ipclab {

/// Faults are written as for `--fault`: "kill receiver at 100 ms". Throws what is wrong with a text.
Fault faultOf(const std::string& text);
void addFaults(Experiment& experiment, const std::vector<std::string>& texts);

/// Follows a run until so many faults have shown what they come to, and stops it then.
RunResult followUntilKnown(const Experiment& experiment, std::size_t outcomes);

/// "peer_blocks"; "none" if there is no such fault.
std::string outcomeOf(const RunResult& result, std::size_t fault = 0);

/// Whether the sentence about that fault has these words in it.
bool says(const RunResult& result, const std::string& words, std::size_t fault = 0);

/// All that can explain an unexpected end, for a failure message: checks that do not hold, faults and what
/// came of them, events, and how each worker ended.
std::string told(const RunResult& result);

} // namespace ipclab
