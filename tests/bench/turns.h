#pragma once

#include <sys/types.h>

#include <array>
#include <functional>
#include <span>

namespace ipclab {

/// To be told the processes of a measurement once they are all there, and do nothing yet that counts.
using TellProcesses = std::function<void(std::span<const pid_t>)>;

/// A measurement by processes of its own. Blocks; returns its figure. Throws std::exception.
using Contestant = std::function<double(const TellProcesses&)>;

struct TurnFigure {
    double figure = 0;
    double share = 0; ///< of the time that it could run, 0 … 1
};

/// Lets two measurements go on at once, each in a process of its own and each stopped (SIGSTOP) while the
/// other runs, 20 ms at a time. The speed of a host that is shared changes within tenths of a second by more
/// than what is to be measured: one after the other they would meet two different hosts. Figures that count
/// by the clock have to be divided by their shares. Throws std::runtime_error when one of them fails.
std::array<TurnFigure, 2> takeTurns(const Contestant& first, const Contestant& second);

} // namespace ipclab
