#pragma once

#include "engine/base/mapping.h"
#include "engine/base/option.h"
#include "engine/mechanisms/mechanism.h"

#include <cstddef>
#include <string>
#include <vector>

namespace ipclab {

/// Where the memory comes from that the workers of a channel share.
enum class RegionKind {
    MemoryFile, ///< memfd_create(2): without a name, its descriptor is inherited
    Posix,      ///< shm_open(3): met by its name, in /dev/shm
    SystemV,    ///< shmget(2): met by its key
    File,       ///< a file, mapped: met by its path
};

/// What memory a channel asks for. A value: the supervisor and its workers make the same of the same options.
struct RegionRequest {
    RegionKind kind = {};
    PageSort pages = PageSort::Ordinary;
    std::size_t bytes = 0;      ///< whole pages of that sort
    std::string directory = {}; ///< of a file; empty for that of the journal
    bool operator==(const RegionRequest&) const = default;
};

/// The options "memory" and "huge_pages" of a mechanism whose channels lie in a SharedRegion.
OptionSpec memoryOption();
OptionSpec hugePagesOption();

/// `bytes` of the memory that the two options choose.
RegionRequest regionRequest(const Options& options, std::size_t bytes);

/// A file in that directory.
RegionRequest fileRequest(const std::string& directory, std::size_t bytes);

/// What does not go together in the two options, or not on this host.
std::vector<OptionProblem> regionProblems(const Options& options);

/// How the two options came out, in their order.
std::vector<EffectiveSetting> regionSettings(const Options& options);

/// What one channel may take of the memory that the two options choose, here and now.
struct RegionBudget {
    std::size_t bytes = 0;
    std::string description; ///< "256 MiB of memory", "half of the 64 MiB that are free in /dev/shm"
};
RegionBudget regionBudget(const Options& options);
/// The same of a file in that directory.
RegionBudget fileBudget(const std::string& directory);

} // namespace ipclab
