#include "engine/run/host.h"

#include "engine/base/mapping.h"
#include "engine/base/quantity.h"

#include <fmt/format.h>

#include <sched.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace ipclab {

namespace {

constexpr std::string_view unknown = "unknown";

std::string firstLineOf(const char* path, std::string_view fallback = unknown)
{
    const std::string text = readSmallFile(path);
    const std::string line = text.substr(0, text.find('\n'));
    return line.empty() ? std::string(fallback) : line;
}

/// The value of the first "name : value" line of /proc/cpuinfo.
std::string fromProcessorInformation(std::string_view name)
{
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line)) {
        const std::size_t colon = line.find(':');
        if (line.starts_with(name) && colon != std::string::npos && colon + 2 <= line.size())
            return line.substr(colon + 2);
    }
    return std::string(unknown);
}

std::string virtualisation()
{
    if (::access("/.dockerenv", F_OK) == 0 || ::access("/run/.containerenv", F_OK) == 0)
        return "container";
    if (const std::string hypervisor = firstLineOf("/sys/hypervisor/type", ""); !hypervisor.empty())
        return hypervisor;
    const bool isGuest =
        (" " + fromProcessorInformation("flags") + " ").find(" hypervisor ") != std::string::npos;
    if (!isGuest)
        return "none";
    return firstLineOf("/sys/class/dmi/id/sys_vendor", "virtual machine");
}

std::string mitigations()
{
    const std::string line = firstLineOf("/proc/cmdline", "");
    const std::size_t at = line.find("mitigations=");
    if (at == std::string::npos)
        return "default";
    const std::size_t begin = at + std::string_view("mitigations=").size();
    return line.substr(begin, line.find(' ', begin) - begin);
}

unsigned usableCores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    return ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<unsigned>(CPU_COUNT(&set)) : 1;
}

std::string resourceLimit(int resource, bool isSize)
{
    rlimit limit{};
    // glibc types the first parameter as an enumeration.
    if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0)
        return std::string(unknown);
    if (limit.rlim_cur == RLIM_INFINITY)
        return "unlimited";
    return isSize ? formatSize(limit.rlim_cur) : std::to_string(limit.rlim_cur);
}

struct LimitSource {
    std::string_view id;
    bool isSize;
    int resource = -1; ///< of getrlimit(2); else it is a setting below /proc/sys
};

constexpr std::array limitSources{
    LimitSource{"fs.pipe-max-size", true},
    LimitSource{"fs.pipe-user-pages-soft", false},
    LimitSource{"fs.mqueue.msg_max", false},
    LimitSource{"fs.mqueue.msgsize_max", true},
    LimitSource{"fs.mqueue.queues_max", false},
    LimitSource{"kernel.msgmax", true},
    LimitSource{"kernel.msgmnb", true},
    LimitSource{"net.core.wmem_max", true},
    LimitSource{"net.core.rmem_max", true},
    LimitSource{"net.unix.max_dgram_qlen", false},
    LimitSource{"RLIMIT_MSGQUEUE", true, RLIMIT_MSGQUEUE},
    LimitSource{"RLIMIT_NOFILE", false, RLIMIT_NOFILE},
    LimitSource{"RLIMIT_NPROC", false, RLIMIT_NPROC},
    LimitSource{"RLIMIT_MEMLOCK", true, RLIMIT_MEMLOCK},
    LimitSource{"RLIMIT_SIGPENDING", false, RLIMIT_SIGPENDING},
};

std::string limitValue(const LimitSource& source)
{
    if (source.resource >= 0)
        return resourceLimit(source.resource, source.isSize);
    std::string path = "/proc/sys/" + std::string(source.id);
    std::ranges::replace(path, '.', '/');
    const std::string text = firstLineOf(path.c_str());
    return source.isSize && text != unknown ? formatSize(std::strtoull(text.c_str(), nullptr, 10)) : text;
}

std::vector<HostLimit> limits()
{
    std::vector<HostLimit> found;
    for (const LimitSource& source : limitSources)
        found.push_back({std::string(source.id), limitValue(source)});
    return found;
}

std::uint64_t memorySize()
{
    struct sysinfo information {};
    return ::sysinfo(&information) == 0 ? std::uint64_t{information.totalram} * information.mem_unit : 0;
}

} // namespace

std::vector<HostLimit> readLimits(const std::vector<std::string_view>& ids)
{
    std::vector<HostLimit> found;
    for (const std::string_view id : ids) {
        const auto known = std::ranges::find(limitSources, id, &LimitSource::id);
        std::string value = limitValue(known != limitSources.end() ? *known : LimitSource{id, false});
        if (value != unknown)
            found.push_back({std::string(id), std::move(value)});
    }
    return found;
}

Host readHost()
{
    utsname name{};
    ::uname(&name);
    double load = 0;
    ::getloadavg(&load, 1);
    return {.name = name.nodename,
            .kernel = fmt::format("{} {}", name.sysname, name.release),
            .processor = fromProcessorInformation("model name"),
            .cores = usableCores(),
            .governor = firstLineOf("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "n/a"),
            .virtualisation = virtualisation(),
            .mitigations = mitigations(),
            .clockSource = firstLineOf("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
            .load = load,
            .memory = memorySize(),
            .program = IPCLAB_VERSION,
            .limits = limits()};
}

} // namespace ipclab
