#include "engine/mechanisms/kernel_object.h"

#include "engine/base/failure.h"

#include <fcntl.h>

#include <array>

namespace ipclab {

std::string nameOfDescriptor(int descriptor)
{
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    std::array<char, 256> name;
    const ssize_t length = ::readlink(link.c_str(), name.data(), name.size());
    return length < 0 ? std::string() : std::string(name.data(), static_cast<std::size_t>(length));
}

UniqueFd duplicate(const UniqueFd& descriptor)
{
    return UniqueFd(check(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0), "F_DUPFD_CLOEXEC"));
}

} // namespace ipclab
