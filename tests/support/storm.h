#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ipclab {

/// What a storm of kills came to. Everything but `kills` must be empty or zero.
struct StormResult {
    unsigned kills = 0;
    unsigned hung = 0;                       ///< runs that did not come to their end in time
    std::vector<std::string> wrong = {};     ///< runs whose outcome or figures are not those of what happened
    std::vector<std::string> leftovers = {}; ///< processes, descriptors, kernel objects, files

    bool isClean() const { return hung == 0 && wrong.empty() && leftovers.empty(); }
    std::string text() const;
};

/// Kills a random worker with SIGKILL at a random moment of a run, again and again, over all mechanisms and
/// exchanges in turn. The same seed makes the same choices.
StormResult stormOfKilledWorkers(unsigned kills, std::uint64_t seed);

/// Kills ipclab-cli with SIGKILL in the middle of a run, every second time when its kernel objects and
/// workers exist, and looks two seconds later what is left. Uses a runtime directory of its own.
StormResult stormOfKilledSupervisors(unsigned kills, std::uint64_t seed);

} // namespace ipclab
