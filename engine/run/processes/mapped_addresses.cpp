#include "engine/run/processes/mapped_addresses.h"

#include "engine/base/mapping.h"

#include <fmt/format.h>
#include <sys/sysmacros.h>

#include <array>
#include <cstdio>
#include <optional>
#include <sstream>

namespace ipclab {

namespace {

/// One line of /proc/PID/maps.
struct MapsLine {
    std::uint64_t address = 0;
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::string path;
};

/// Nothing for memory that is the process's own.
std::optional<MapsLine> parseShared(const std::string& line)
{
    unsigned long long address = 0;
    unsigned long long inode = 0;
    std::array<char, 5> permissions{};
    unsigned major = 0;
    unsigned minor = 0;
    int length = 0;
    if (std::sscanf(line.c_str(), "%llx-%*x %4s %*x %x:%x %llu %n", &address, permissions.data(), &major,
                    &minor, &inode, &length) < 5)
        return std::nullopt;
    if (permissions[3] != 's')
        return std::nullopt;
    return MapsLine{address, makedev(major, minor), inode, line.substr(static_cast<std::size_t>(length))};
}

bool shows(const MapsLine& line, const KernelObject& object)
{
    if (!object.hasOwnInode())
        return false;
    if (object.device == 0)
        return line.inode == object.inode && line.path.starts_with("/SYSV");
    if (line.inode == object.inode && line.device == object.device)
        return true;
    // A file on an overlay shows another device than stat(2) does. What has no path any more may share its
    // name.
    const bool isNamedFile = line.path.starts_with('/') && !line.path.ends_with("(deleted)");
    return isNamedFile && (object.name == line.path || object.name.starts_with(line.path + ","));
}

} // namespace

void noteAddresses(std::vector<KernelObject>& objects, const std::string& worker, int pid)
{
    std::vector<MapsLine> lines;
    std::istringstream text(readSmallFile(fmt::format("/proc/{}/maps", pid).c_str()));
    for (std::string line; std::getline(text, line);)
        if (std::optional<MapsLine> shared = parseShared(line))
            lines.push_back(std::move(*shared));
    for (KernelObject& object : objects)
        for (const MapsLine& line : lines)
            if (shows(line, object)) {
                object.addresses.push_back({worker, line.address});
                break; // in pieces, it begins with the first
            }
}

} // namespace ipclab
