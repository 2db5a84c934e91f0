#include "engine/mechanisms/memory/region_request.h"

#include "engine/base/failure.h"
#include "engine/base/private_directory.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/memory/memory_limit.h"
#include "engine/mechanisms/memory/region_limits.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace ipclab {

namespace {

struct KindName {
    RegionKind kind;
    std::string_view id;
};

constexpr KindName kindNames[] = {
    {RegionKind::MemoryFile, "memfd"},
    {RegionKind::Posix, "posix"},
    {RegionKind::SystemV, "sysv"},
    {RegionKind::File, "file"},
};

RegionKind kindOf(const Options& options)
{
    return std::ranges::find(kindNames, options.text("memory"), &KindName::id)->kind;
}

PageSort pagesOf(const Options& options)
{
    return options.isOn("huge_pages") ? PageSort::Huge : PageSort::Ordinary;
}

std::size_t pageSize(PageSort pages)
{
    const auto ordinary = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    // Without huge pages the supervisor refuses; until then any size will do.
    return pages == PageSort::Huge ? std::max(hugePageSize(), ordinary) : ordinary;
}

/// Whoever has no private directory hears so when a run makes one.
std::string privateDirectoryIfAny()
{
    try {
        return privateDirectory();
    } catch (const FailureError&) {
        return {};
    }
}

/// Half, because others need the space too, and need it between this question and the run.
RegionBudget halfOf(std::size_t freeBytes, std::string_view place)
{
    return {freeBytes / 2, fmt::format("half of the {} MiB that are free in {}", freeBytes >> 20, place)};
}

RegionBudget halfOfFreeSpaceIn(const std::string& directory)
{
    return halfOf(std::min(freeSpaceIn(directory), largestFile()), directory);
}

RegionBudget hugePageBudget()
{
    const std::size_t count = freeHugePages();
    return {count * hugePageSize(),
            fmt::format("the {} huge pages of {} that are free (root reserves 64 more with: sysctl "
                        "vm.nr_hugepages={})",
                        count, formatSize(hugePageSize()), allHugePages() + 64)};
}

RegionBudget segmentBudget()
{
    if (largestSegment() < allSegments())
        return {largestSegment(),
                fmt::format("the {} of one System V segment (kernel.shmmax, which root can raise)",
                            formatSize(largestSegment()))};
    return {allSegments(),
            fmt::format("the {} of all System V segments (kernel.shmall, which root can raise)",
                        formatSize(allSegments()))};
}

RegionBudget ownBudget()
{
    return {memoryBudget(), describeMemoryBudget()};
}

RegionBudget atMostOurOwn(const RegionBudget& budget)
{
    return std::min(budget, ownBudget(),
                    [](const RegionBudget& a, const RegionBudget& b) { return a.bytes < b.bytes; });
}

/// What binds memory of this kind.
RegionBudget kindBudget(const Options& options)
{
    if (pagesOf(options) == PageSort::Huge)
        return hugePageBudget();
    switch (kindOf(options)) {
    case RegionKind::MemoryFile:
        return ownBudget();
    case RegionKind::Posix:
        return halfOf(freeSpaceIn(posixMemoryDirectory), posixMemoryDirectory);
    case RegionKind::SystemV:
        return segmentBudget();
    case RegionKind::File:
        return halfOfFreeSpaceIn(privateDirectoryIfAny());
    }
    return ownBudget();
}

} // namespace

OptionSpec memoryOption()
{
    return {.id = "memory",
            .label = "Memory",
            .help = "Where the memory comes from that the workers share. Once it is mapped all kinds are "
                    "equally fast; they differ in how processes find it and in who removes it.",
            .kind = OptionKind::Choice,
            .initial = "memfd",
            .choices = {{"memfd", "Memory file", "memfd_create(2): no name; gone with its last user"},
                        {"posix", "POSIX", "shm_open(3): a name in /dev/shm, until somebody unlinks it"},
                        {"sysv", "System V", "shmget(2): a key in the kernel's table, until IPC_RMID"},
                        {"file", "File", "a file in the private directory: the kernel writes it back"}}};
}

OptionSpec hugePagesOption()
{
    return {.id = "huge_pages",
            .label = "Huge pages",
            .help = "Pages of usually 2 MiB, so that large messages miss the processor's table of pages less "
                    "often. For the kinds memfd and sysv; root has to reserve them (sysctl "
                    "vm.nr_hugepages), or the run is refused.",
            .kind = OptionKind::Switch,
            .initial = "off"};
}

RegionRequest regionRequest(const Options& options, std::size_t bytes)
{
    const PageSort pages = pagesOf(options);
    const std::size_t unit = pageSize(pages);
    return {kindOf(options), pages, (bytes + unit - 1) / unit * unit, {}};
}

RegionRequest fileRequest(const std::string& directory, std::size_t bytes)
{
    const std::size_t unit = pageSize(PageSort::Ordinary);
    return {RegionKind::File, PageSort::Ordinary, (bytes + unit - 1) / unit * unit, directory};
}

std::vector<OptionProblem> regionProblems(const Options& options)
{
    if (!options.isOn("huge_pages"))
        return {};
    const RegionKind kind = kindOf(options);
    if (kind != RegionKind::MemoryFile && kind != RegionKind::SystemV)
        return {{"huge_pages", "huge_pages: only the kinds memfd and sysv can lie in them; this is " +
                                   options.text("memory")}};
    if (hugePageSize() == 0)
        return {{"huge_pages",
                 "huge_pages cannot be on here, because this kernel was built without them; set it to off"}};
    if (freeHugePages() == 0)
        return {{"huge_pages",
                 fmt::format("huge_pages cannot be on here and now, because no huge page is free; reserve 64 "
                             "more as root with sysctl vm.nr_hugepages={}, or set it to off",
                             allHugePages() + 64)}};
    return {};
}

std::vector<EffectiveSetting> regionSettings(const Options& options)
{
    return {
        {"memory", "Memory", options.text("memory"), options.text("memory")},
        {"huge_pages", "Huge pages", options.text("huge_pages"),
         fmt::format("{}, pages of {}", options.text("huge_pages"), formatSize(pageSize(pagesOf(options))))}};
}

RegionBudget regionBudget(const Options& options)
{
    return atMostOurOwn(kindBudget(options));
}

RegionBudget fileBudget(const std::string& directory)
{
    return atMostOurOwn(halfOfFreeSpaceIn(directory.empty() ? privateDirectoryIfAny() : directory));
}

} // namespace ipclab
