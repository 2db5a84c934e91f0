#include "engine/mechanisms/memory/region_limits.h"

#include "engine/base/mapping.h"

#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace ipclab {

namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// The number behind `field` in /proc/meminfo.
std::size_t memoryFigure(const std::string& field)
{
    const std::string text = readSmallFile("/proc/meminfo");
    const std::size_t at = text.find(field);
    return at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + field.size(), nullptr, 10);
}

/// shmctl(2) gives both of these through a pointer to another type.
template <typename Answer>
Answer askSystemV(int question)
{
    Answer answer{};
    ::shmctl(0, question, reinterpret_cast<shmid_ds*>(&answer));
    return answer;
}

} // namespace

std::size_t hugePageSize()
{
    return memoryFigure("Hugepagesize:") * 1024;
}

std::size_t allHugePages()
{
    return memoryFigure("HugePages_Total:");
}

std::size_t freeHugePages()
{
    // Those that are reserved are free in name only.
    const std::size_t reserved = memoryFigure("HugePages_Rsvd:");
    return std::max(memoryFigure("HugePages_Free:"), reserved) - reserved;
}

std::size_t largestSegment()
{
    return askSystemV<shminfo>(IPC_INFO).shmmax;
}

std::size_t allSegments()
{
    const std::size_t pages = askSystemV<shminfo>(IPC_INFO).shmall;
    const auto bytesPerPage = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return pages > unlimited / bytesPerPage ? unlimited : pages * bytesPerPage;
}

std::size_t mostSegments()
{
    return askSystemV<shminfo>(IPC_INFO).shmmni;
}

std::size_t segmentsInUse()
{
    return static_cast<std::size_t>(askSystemV<shm_info>(SHM_INFO).used_ids);
}

std::size_t freeSpaceIn(const std::string& path)
{
    struct statvfs status {};
    return ::statvfs(path.c_str(), &status) == 0 ? status.f_bavail * status.f_frsize : 0;
}

std::size_t largestFile()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    return limit.rlim_cur == RLIM_INFINITY ? unlimited : limit.rlim_cur;
}

} // namespace ipclab
