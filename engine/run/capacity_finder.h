#pragma once

#include "engine/mechanisms/mechanism.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ipclab {

struct Experiment;

/// What a channel took while nobody read. A value.
struct FoundCapacity {
    std::size_t messageSize = 0;
    std::uint64_t framing = 0;      ///< bytes that were written besides for each message
    std::uint64_t messages = 0;     ///< that went in whole before the sender had to wait
    std::optional<Capacity> stated; ///< what the kernel says
    std::vector<EffectiveSetting> effective;

    std::uint64_t bytes() const { return messages * (messageSize + framing); }
};

/// Fills a channel of the experiment's mechanism and options with messages of the experiment's size: one
/// worker sends, another holds the receiving end and never reads. The experiment has no problems, and its
/// mechanism loses nothing. `workerProgram` is empty for the one beside this program. Blocks for some 10 ms,
/// at most 10 s; throws FailureError or std::system_error, with nothing left behind.
FoundCapacity findCapacity(const Experiment& experiment, std::string workerProgram = {});

/// Likewise, and of a byte stream a second time with messages that are whole pages, of which nothing is
/// wasted.
std::vector<FoundCapacity> findCapacities(const Experiment& experiment,
                                          const std::string& workerProgram = {});

} // namespace ipclab
