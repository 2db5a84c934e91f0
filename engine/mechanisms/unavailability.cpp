#include "engine/mechanisms/unavailability.h"

#include <fmt/format.h>

#include <cerrno>

namespace ipclab {

std::optional<Unavailability> refusalOf(const char* call, int error)
{
    switch (error) {
    case ENOSYS:
        return Unavailability{fmt::format("this kernel does not offer {}", call),
                              "use a kernel that was built with it, or leave the container that hides it"};
    case EPERM:
    case EACCES:
        return Unavailability{fmt::format("a filter of system calls (seccomp(2)) forbids {} here", call),
                              "leave the container, or give it a profile that allows the call"};
    default:
        return std::nullopt;
    }
}

} // namespace ipclab
