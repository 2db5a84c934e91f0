#include "engine/run/host.h"

#include "engine/base/mapping.h"
#include "engine/base/quantity.h"

#include <fmt/format.h>

#include <sched.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

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
    const bool isGuest = (" " + fromProcessorInformation("flags") + " ").find(" hypervisor ") != std::string::npos;
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

std::string kernelSetting(const char* path, bool isSize)
{
    const std::string text = firstLineOf(path);
    return isSize && text != unknown ? formatSize(std::strtoull(text.c_str(), nullptr, 10)) : text;
}

std::vector<HostLimit> limits()
{
    struct Setting {
        const char* id;
        const char* path;
        bool isSize;
    };
    constexpr std::array settings{
        Setting{"fs.pipe-max-size", "/proc/sys/fs/pipe-max-size", true},
        Setting{"fs.pipe-user-pages-soft", "/proc/sys/fs/pipe-user-pages-soft", false},
        Setting{"fs.mqueue.msg_max", "/proc/sys/fs/mqueue/msg_max", false},
        Setting{"fs.mqueue.msgsize_max", "/proc/sys/fs/mqueue/msgsize_max", true},
        Setting{"fs.mqueue.queues_max", "/proc/sys/fs/mqueue/queues_max", false},
        Setting{"kernel.msgmax", "/proc/sys/kernel/msgmax", true},
        Setting{"kernel.msgmnb", "/proc/sys/kernel/msgmnb", true},
        Setting{"net.core.wmem_max", "/proc/sys/net/core/wmem_max", true},
        Setting{"net.core.rmem_max", "/proc/sys/net/core/rmem_max", true},
        Setting{"net.unix.max_dgram_qlen", "/proc/sys/net/unix/max_dgram_qlen", false},
    };
    std::vector<HostLimit> found;
    for (const Setting& setting : settings)
        found.push_back({setting.id, kernelSetting(setting.path, setting.isSize)});
    found.push_back({"RLIMIT_MSGQUEUE", resourceLimit(RLIMIT_MSGQUEUE, true)});
    found.push_back({"RLIMIT_NOFILE", resourceLimit(RLIMIT_NOFILE, false)});
    found.push_back({"RLIMIT_NPROC", resourceLimit(RLIMIT_NPROC, false)});
    found.push_back({"RLIMIT_MEMLOCK", resourceLimit(RLIMIT_MEMLOCK, true)});
    return found;
}

std::uint64_t memorySize()
{
    struct sysinfo information {};
    return ::sysinfo(&information) == 0 ? std::uint64_t{information.totalram} * information.mem_unit : 0;
}

} // namespace

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
