#include "engine/mechanisms/memory/region_refusal.h"

#include "engine/base/quantity.h"
#include "engine/mechanisms/memory/region_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

namespace ipclab {

namespace {

std::string undertaking(const RegionRequest& request)
{
    const std::string size = formatSize(request.bytes);
    if (request.pages == PageSort::Huge)
        return "share " + size + " of memory in huge pages";
    switch (request.kind) {
    case RegionKind::MemoryFile:
        return "share a memory file of " + size;
    case RegionKind::Posix:
        return "make POSIX shared memory of " + size;
    case RegionKind::SystemV:
        return "make a System V segment of " + size;
    case RegionKind::File:
        return "make a file of " + size;
    }
    return {};
}

Failure explainHugePages(const std::system_error& error, const RegionRequest& request)
{
    const std::string tried = undertaking(request);
    const int number = error.code().value();
    if (number == EPERM)
        return {tried, number, "this user may not lock memory",
                "Run as root, or let root put your group into vm.hugetlb_shm_group"};
    if (number != ENOMEM && number != ENOSPC)
        return explain(error, tried);
    const std::size_t needed = request.bytes / hugePageSize();
    const std::size_t free = freeHugePages();
    return {tried, number,
            fmt::format("it takes {} huge pages of {}, and {} are free", needed, formatSize(hugePageSize()),
                        free),
            fmt::format("Reserve more as root: sysctl vm.nr_hugepages={} (with those there are)",
                        allHugePages() + std::max(needed, free) - free)};
}

Failure explainSegment(int error, const RegionRequest& request)
{
    const std::string tried = undertaking(request);
    if (error == EINVAL && request.bytes > largestSegment())
        return {
            tried, error,
            fmt::format("a segment may have {} at the most (kernel.shmmax)", formatSize(largestSegment())),
            fmt::format("Ask for less, or raise it as root: sysctl kernel.shmmax={}", request.bytes)};
    if (error == ENOSPC && segmentsInUse() >= mostSegments())
        return {
            tried, error,
            fmt::format("all {} identifiers of System V segments are taken (kernel.shmmni)", mostSegments()),
            "Remove segments that nobody uses (ipcs -m, ipcrm -m), or raise it as root: sysctl "
            "kernel.shmmni=8192"};
    if (error == ENOSPC)
        return {tried, error,
                fmt::format("all System V segments together may have {} (kernel.shmall)",
                            formatSize(allSegments())),
                "Remove segments that nobody uses (ipcs -m, ipcrm -m), or raise kernel.shmall as root"};
    return explain(std::system_error(error, std::generic_category(), "shmget"), tried);
}

std::string spaceLeft(const std::string& place)
{
    return fmt::format("{} has {} left", place, formatSize(freeSpaceIn(place)));
}

} // namespace

void requirePossible(const RegionRequest& request)
{
    const bool hasHugePages = request.kind == RegionKind::MemoryFile || request.kind == RegionKind::SystemV;
    if (request.pages == PageSort::Huge && !hasHugePages)
        throw FailureError({undertaking(request), 0, "only the kinds memfd and sysv can lie in them",
                            "Set memory to memfd or sysv, or huge_pages to off"});
    if (request.pages == PageSort::Huge && hugePageSize() == 0)
        throw FailureError(
            {undertaking(request), 0, "this kernel was built without them", "Set huge_pages to off"});
    // Asked for first, for the kernel says it with a signal that ends the process.
    if (request.kind != RegionKind::SystemV && request.bytes > largestFile())
        throw FailureError(
            {undertaking(request), EFBIG,
             fmt::format("a file of this process, in memory too, may have {} at the most (RLIMIT_FSIZE)",
                         formatSize(largestFile())),
             "Ask for less, or raise the limit: ulimit -f unlimited"});
}

Failure explainRegion(const std::system_error& error, const RegionRequest& request,
                      const std::string& directory)
{
    switch (request.pages) {
    case PageSort::Huge:
        return explainHugePages(error, request);
    case PageSort::Ordinary:
        break;
    }
    const int number = error.code().value();
    switch (request.kind) {
    case RegionKind::SystemV:
        return explainSegment(number, request);
    case RegionKind::Posix:
        if (number == ENOSPC)
            return {undertaking(request), number, spaceLeft(posixMemoryDirectory),
                    "Ask for less, remove what nobody uses there, or enlarge it as root: mount -o "
                    "remount,size=4G /dev/shm"};
        break;
    case RegionKind::File:
        if (number == ENOSPC)
            return {undertaking(request), number, spaceLeft(directory),
                    "Ask for less, or free some space there"};
        break;
    case RegionKind::MemoryFile:
        break;
    }
    return explain(error, undertaking(request));
}

} // namespace ipclab
