#include "engine/run/processes/process_facts.h"

#include "engine/base/mapping.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <system_error>

namespace ipclab {

namespace {

std::string readOf(int pid, const char* name)
{
    return readSmallFile(fmt::format("/proc/{}/{}", pid, name).c_str());
}

/// The text behind "name:" in a file of such lines, without blanks around it.
std::string_view valueOf(std::string_view text, std::string_view name)
{
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!line.starts_with(name) || line.substr(name.size(), 1) != ":")
            continue;
        line.remove_prefix(std::min(line.find_first_not_of(" \t", name.size() + 1), line.size()));
        return line;
    }
    return {};
}

std::uint64_t numberIn(std::string_view text)
{
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Nanoseconds fromTicks(unsigned long long ticks)
{
    static const long perSecond = ::sysconf(_SC_CLK_TCK);
    return Nanoseconds(static_cast<std::int64_t>(ticks) * (1'000'000'000 / perSecond));
}

std::string policyName(unsigned policy)
{
    switch (policy) {
    case SCHED_OTHER:
        return "normal";
    case SCHED_FIFO:
        return "FIFO, real time";
    case SCHED_RR:
        return "round robin, real time";
    case SCHED_BATCH:
        return "batch";
    case SCHED_IDLE:
        return "idle";
    default:
        return fmt::format("policy {}", policy);
    }
}

/// proc_pid_stat(5): what follows the name, which may hold blanks and brackets itself.
bool parseStat(const std::string& stat, ProcessActivity& activity)
{
    const std::size_t bracket = stat.rfind(')');
    if (bracket == std::string::npos)
        return false;
    unsigned long long minor = 0;
    unsigned long long major = 0;
    unsigned long long user = 0;
    unsigned long long system = 0;
    long nice = 0;
    long long resident = 0;
    unsigned realTime = 0;
    unsigned policy = 0;
    // Fields 3, 10, 12, 14, 15, 19, 24, 39, 40 and 41.
    const int found = std::sscanf(stat.c_str() + bracket + 1,
                                  " %c %*d %*d %*d %*d %*d %*u %llu %*u %llu %*u %llu %llu %*d %*d %*d %ld "
                                  "%*d %*d %*u %*u %lld %*u %*u %*u "
                                  "%*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*d %d %u %u",
                                  &activity.state, &minor, &major, &user, &system, &nice, &resident,
                                  &activity.core, &realTime, &policy);
    activity.minorFaults = minor;
    activity.majorFaults = major;
    activity.user = fromTicks(user);
    activity.system = fromTicks(system);
    activity.nice = static_cast<int>(nice);
    activity.realTimePriority = static_cast<int>(realTime);
    activity.policy = policyName(policy);
    activity.residentMemory = static_cast<std::uint64_t>(std::max(resident, 0LL) * ::sysconf(_SC_PAGESIZE));
    return found == 10;
}

std::string commandLineOf(int pid)
{
    std::string line = readOf(pid, "cmdline");
    while (line.ends_with('\0'))
        line.pop_back();
    std::ranges::replace(line, '\0', ' ');
    return line;
}

std::string accessName(unsigned long flags)
{
    switch (flags & O_ACCMODE) {
    case O_RDONLY:
        return "read";
    case O_WRONLY:
        return "write";
    default:
        return "read and write";
    }
}

constexpr std::string_view memoryFilePrefix = "/memfd:";
constexpr std::string_view eventfdTarget = "anon_inode:[eventfd]";

std::string descriptorInformation(int pid, const std::string& number)
{
    return readOf(pid, ("fdinfo/" + number).c_str());
}

/// Memory files may have the same name, and all eventfds have: what tells them apart is in fdinfo. Devices
/// and other anonymous objects are everybody's or tell nothing.
std::string identityOf(const std::string& target, const std::string& information)
{
    if (target.starts_with(memoryFilePrefix))
        return fmt::format("{} {}", target, valueOf(information, "ino"));
    if (target == eventfdTarget)
        return fmt::format("{} {}", target, valueOf(information, "eventfd-id"));
    const bool isDevice = target.starts_with("/dev/") && !target.starts_with("/dev/shm/");
    return isDevice || target.starts_with("anon_inode:") ? std::string() : target;
}

std::vector<ProcessLimit> readLimits(int pid)
{
    // In columns, as its heading shows: "Limit", "Soft Limit", "Hard Limit", "Units".
    constexpr std::array<std::size_t, 5> columns{0, 26, 47, 68, std::string::npos};
    std::vector<ProcessLimit> limits;
    std::istringstream text(readOf(pid, "limits"));
    std::string line;
    std::getline(text, line);
    while (std::getline(text, line)) {
        std::array<std::string, 4> fields;
        for (std::size_t index = 0; index < fields.size() && columns[index] < line.size(); ++index) {
            std::string& field = fields[index];
            field = line.substr(columns[index], columns[index + 1] - columns[index]);
            field.erase(field.find_last_not_of(' ') + 1);
        }
        limits.push_back({fields[0], fields[1], fields[2], fields[3]});
    }
    return limits;
}

} // namespace

std::optional<ProcessActivity> readActivity(int pid)
{
    ProcessActivity activity;
    if (!parseStat(readOf(pid, "stat"), activity))
        return std::nullopt;
    const std::string status = readOf(pid, "status");
    activity.voluntarySwitches = numberIn(valueOf(status, "voluntary_ctxt_switches"));
    activity.involuntarySwitches = numberIn(valueOf(status, "nonvoluntary_ctxt_switches"));
    activity.allowedCores = valueOf(status, "Cpus_allowed_list");
    activity.place = readWaitPlace(pid);
    return activity;
}

ProcessBelongings readBelongings(int pid)
{
    constexpr std::uint64_t kibibyte = 1024;
    ProcessBelongings belongings{.commandLine = commandLineOf(pid),
                                 .proportionalMemory = {},
                                 .descriptors = readDescriptors(pid),
                                 .mappings = readMappings(pid),
                                 .limits = readLimits(pid)};
    const std::string rollup = readOf(pid, "smaps_rollup");
    if (const std::string_view proportional = valueOf(rollup, "Pss"); !proportional.empty())
        belongings.proportionalMemory = numberIn(proportional) * kibibyte;
    return belongings;
}

std::vector<OpenDescriptor> readDescriptors(int pid)
{
    std::vector<OpenDescriptor> descriptors;
    std::error_code ignored;
    const std::filesystem::directory_iterator links(fmt::format("/proc/{}/fd", pid), ignored);
    for (const std::filesystem::directory_entry& link : links) {
        OpenDescriptor descriptor{.number = std::atoi(link.path().filename().c_str()),
                                  .target = std::filesystem::read_symlink(link.path(), ignored).string(),
                                  .access = {}};
        const std::string info = descriptorInformation(pid, link.path().filename());
        const unsigned long flags = std::strtoul(std::string(valueOf(info, "flags")).c_str(), nullptr, 8);
        descriptor.access = accessName(flags);
        descriptor.isNonBlocking = (flags & O_NONBLOCK) != 0;
        descriptor.identity = identityOf(descriptor.target, info);
        descriptors.push_back(std::move(descriptor));
    }
    std::ranges::sort(descriptors, {}, &OpenDescriptor::number);
    return descriptors;
}

std::vector<std::string> readIdentities(int pid)
{
    std::vector<std::string> identities;
    std::error_code ignored;
    const std::filesystem::directory_iterator links(fmt::format("/proc/{}/fd", pid), ignored);
    for (const std::filesystem::directory_entry& link : links) {
        const std::string target = std::filesystem::read_symlink(link.path(), ignored).string();
        const bool needsMore = target.starts_with(memoryFilePrefix) || target == eventfdTarget;
        identities.push_back(
            identityOf(target, needsMore ? descriptorInformation(pid, link.path().filename()) : ""));
    }
    return identities;
}

std::vector<MemoryMapping> readMappings(int pid)
{
    std::vector<MemoryMapping> mappings;
    std::istringstream text(readOf(pid, "maps"));
    for (std::string line; std::getline(text, line);) {
        unsigned long long begin = 0;
        unsigned long long end = 0;
        unsigned long long inode = 0;
        std::array<char, 5> permissions{};
        int length = 0;
        if (std::sscanf(line.c_str(), "%llx-%llx %4s %*x %*x:%*x %llu %n", &begin, &end, permissions.data(),
                        &inode, &length) < 4)
            continue;
        mappings.push_back({.begin = begin,
                            .size = end - begin,
                            .permissions = permissions.data(),
                            .name = line.substr(static_cast<std::size_t>(length)),
                            .inode = inode});
    }
    return mappings;
}

} // namespace ipclab
