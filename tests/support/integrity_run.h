#pragma once

#include "engine/mechanisms/mechanism.h"
#include "engine/run/run.h"

#include <cstdint>
#include <string>

namespace ipclab {

/// Whether every message arrives, as the mechanism says of itself. Not of the one that moves none.
bool losesNothing(const Mechanism& mechanism);

/// Many messages over a mechanism, each checked by its sequence and, where it has room and carries its
/// content, by a checksum over all of it.
class IntegrityRun final {
public:
    /// Runs it to its end, for as long as that takes.
    IntegrityRun(const Mechanism& mechanism, std::uint64_t messages);

    /// All came, once and in order, nothing was changed on the way, and the run's own checks hold.
    bool isIntact() const;

    /// "pipe                 64 B checksum     20000 received, 0 lost, 0 repeated, …"
    std::string text() const;

private:
    Experiment m_experiment;
    RunResult m_result;
};

} // namespace ipclab
