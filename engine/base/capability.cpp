#include "engine/base/capability.h"

#include "engine/base/mapping.h"

#include <cstdlib>
#include <string_view>

namespace ipclab {

bool hasCapability(unsigned capability)
{
    constexpr std::string_view field = "CapEff:\t";
    const std::string status = readSmallFile("/proc/self/status");
    const std::size_t at = status.find(field);
    return at != std::string::npos &&
           (std::strtoull(status.c_str() + at + field.size(), nullptr, 16) >> capability & 1U) != 0;
}

} // namespace ipclab
