#pragma once

#include <sys/types.h>

#include <functional>
#include <span>
#include <vector>

namespace ipclab {

/// To be told the processes of a measurement once they are all there, and do nothing yet that counts.
using TellProcesses = std::function<void(std::span<const pid_t>)>;

/// A measurement by processes of its own. Blocks; returns its figure. Throws std::exception.
using Contestant = std::function<double(const TellProcesses&)>;

struct TurnFigure {
    double figure = 0;
    double share = 0; ///< of the time that it could run, 0 … 1
};

/// Lets measurements go on at once, each in a process of its own and each stopped (SIGSTOP) while another
/// runs, 20 ms at a time. The speed of a host that is shared changes within tenths of a second by more than
/// what is to be measured: one after the other they would meet different hosts. Figures that count by the
/// clock have to be divided by their shares. In the order of the contestants; throws std::runtime_error when
/// one of them fails.
std::vector<TurnFigure> takeTurns(const std::vector<Contestant>& contestants);

} // namespace ipclab
