#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// A limit of this host that bears on IPC, as read now.
struct HostLimit {
    std::string id;    ///< "fs.pipe-max-size", "RLIMIT_MSGQUEUE"
    std::string value; ///< "1 MiB", "unlimited"
    bool operator==(const HostLimit&) const = default;
};

/// The machine a run was made on, recorded with every result. Fields that the machine does not tell say
/// "unknown".
struct Host {
    std::string name;
    std::string kernel;         ///< "Linux 6.1.0-18-amd64"
    std::string processor;      ///< model name
    unsigned cores = 0;         ///< that this process may use
    std::string governor;       ///< "performance", "n/a"
    std::string virtualisation; ///< "kvm", "none", "container"
    std::string mitigations;    ///< "on", "off", or what /proc/cmdline says
    std::string clockSource;    ///< "tsc", "kvm-clock"
    double load = 0;            ///< one-minute load average at the start
    std::uint64_t memory = 0;   ///< bytes
    std::string program;        ///< version of IPC Lab
    std::vector<HostLimit> limits;
    bool operator==(const Host&) const = default;
};

/// Reads the host's facts from /proc and /sys. A few milliseconds; never throws.
Host readHost();

/// The limits with these ids, as read now: names of settings below /proc/sys with dots, or of resource
/// limits. What this host does not know is left out.
std::vector<HostLimit> readLimits(const std::vector<std::string_view>& ids);

} // namespace ipclab
