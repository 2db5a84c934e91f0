#include "engine/mechanisms/memory/memory_limit.h"

#include "engine/base/quantity.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace ipclab {

namespace {

constexpr std::size_t mostMemory = std::size_t{256} << 20;

std::size_t eighthOfMemory()
{
    const auto pages = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES));
    const auto bytesPerPage = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return pages * bytesPerPage / 8;
}

} // namespace

std::size_t memoryBudget()
{
    return std::min(mostMemory, eighthOfMemory());
}

std::string describeMemoryBudget()
{
    return memoryBudget() == mostMemory ? fmt::format("{} of memory", formatSize(mostMemory))
                                        : "an eighth of this computer's memory";
}

MessageLimit privateMemoryLimit()
{
    return {memoryBudget(),
            fmt::format("each end keeps a whole message, for which {} is allowed", describeMemoryBudget())};
}

} // namespace ipclab
