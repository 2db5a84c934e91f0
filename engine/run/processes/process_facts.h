#pragma once

#include "engine/base/clock.h"
#include "engine/run/processes/wait_place.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ipclab {

/// A descriptor of a process, and what it leads to.
struct OpenDescriptor {
    int number = 0;
    std::string target; ///< as /proc/PID/fd names it: "pipe:[165031]"
    std::string access; ///< "read", "write", "read and write"
    bool isNonBlocking = false;
    /// The same in two processes that have the same object; empty where nobody can tell.
    std::string identity = {};
    /// Roles of the workers that have the same object, or its other end.
    std::vector<std::string> sharedWith = {};
    bool operator==(const OpenDescriptor&) const = default;
};

/// A piece of a process's memory, as /proc/PID/maps tells.
struct MemoryMapping {
    std::uint64_t begin = 0;
    std::uint64_t size = 0;  ///< bytes
    std::string permissions; ///< "rw-s"
    std::string name;        ///< path, "[heap]", or empty for memory without a name
    std::uint64_t inode = 0;
    std::vector<std::string> sharedWith = {}; ///< roles of the workers that map the same object shared
    bool isShared() const { return permissions.ends_with('s'); }
    bool operator==(const MemoryMapping&) const = default;
};

struct ProcessLimit {
    std::string name; ///< "Max open files"
    std::string soft;
    std::string hard;
    std::string unit; ///< "files", may be empty
    bool operator==(const ProcessLimit&) const = default;
};

/// What changes all the time; totals since the process began.
struct ProcessActivity {
    char state = '?'; ///< as proc_pid_stat(5): R runs or is ready, S sleeps, T is stopped, Z is a zombie
    WaitPlace place;
    int core = -1;      ///< on which it runs or last ran
    std::string policy; ///< "normal", "FIFO", …
    int nice = 0;
    int realTimePriority = 0; ///< 0 for those without
    Nanoseconds user{};
    Nanoseconds system{};
    std::uint64_t minorFaults = 0; ///< served without the disk
    std::uint64_t majorFaults = 0;
    std::uint64_t voluntarySwitches = 0;
    std::uint64_t involuntarySwitches = 0;
    std::uint64_t residentMemory = 0; ///< bytes
    std::string allowedCores;         ///< "0-1"
};

/// What changes rarely and takes longer to read.
struct ProcessBelongings {
    std::string commandLine;
    std::optional<std::uint64_t> proportionalMemory; ///< bytes, shared pages divided among their users
    std::vector<OpenDescriptor> descriptors;         ///< without sharedWith
    std::vector<MemoryMapping> mappings;             ///< likewise
    std::vector<ProcessLimit> limits;
};

/// Nothing if the process has gone (a zombie is still there). Some 50 µs.
std::optional<ProcessActivity> readActivity(int pid);

/// As far as this process may look; empty if it has gone. Some 300 µs, for the kernel walks its pages.
ProcessBelongings readBelongings(int pid);
std::vector<OpenDescriptor> readDescriptors(int pid);
/// Of each descriptor only the identity, which takes less time.
std::vector<std::string> readIdentities(int pid);
std::vector<MemoryMapping> readMappings(int pid);

} // namespace ipclab
