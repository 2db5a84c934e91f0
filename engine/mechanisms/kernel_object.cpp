#include "engine/mechanisms/kernel_object.h"

#include "engine/base/failure.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/ipc.h>
#include <sys/stat.h>

#include <array>
#include <charconv>

namespace ipclab {

namespace {

constexpr mode_t permissionBits = 07777;

std::string userName(uid_t user)
{
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> buffer;
    if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return entry.pw_name;
    return std::to_string(user);
}

/// All eventfds of the system, whoever made them, share one inode of the kernel's own, which has no file
/// type.
bool sharesTheKernelsInode(const struct stat& status)
{
    return (status.st_mode & S_IFMT) == 0;
}

KernelObject describe(const std::string& kind, const std::string& name, const struct stat& status)
{
    if (sharesTheKernelsInode(status))
        return {.kind = kind, .name = name};
    return {.kind = kind,
            .name = name,
            .inode = status.st_ino,
            .device = status.st_dev,
            .owner = userName(status.st_uid),
            .mode = status.st_mode & permissionBits};
}

} // namespace

std::string nameOfDescriptor(int descriptor)
{
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    std::array<char, 256> name;
    const ssize_t length = ::readlink(link.c_str(), name.data(), name.size());
    return length < 0 ? std::string() : std::string(name.data(), static_cast<std::size_t>(length));
}

key_t keyFrom(const std::string& name)
{
    key_t key = 0;
    std::from_chars(name.data(), name.data() + name.size(), key);
    return key;
}

UniqueFd duplicate(const UniqueFd& descriptor)
{
    return UniqueFd(check(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0), "F_DUPFD_CLOEXEC"));
}

KernelObject objectOf(const std::string& kind, int descriptor)
{
    return objectOf(kind, nameOfDescriptor(descriptor), descriptor);
}

KernelObject objectOf(const std::string& kind, const std::string& name, int descriptor)
{
    struct stat status {};
    check(::fstat(descriptor, &status), "fstat");
    KernelObject object = describe(kind, name, status);
    if (S_ISSOCK(status.st_mode))
        object.mode.reset();
    return object;
}

KernelObject objectAt(const std::string& kind, const std::string& path)
{
    struct stat status {};
    check(::lstat(path.c_str(), &status), "lstat");
    return describe(kind, path, status);
}

KernelObject objectOf(const std::string& kind, int id, const ipc_perm& permissions)
{
    return {.kind = kind,
            .name = fmt::format("key {:#010x}, id {}", static_cast<unsigned>(permissions.__key), id),
            .inode = static_cast<std::uint64_t>(id),
            .owner = userName(permissions.uid),
            .mode = permissions.mode & permissionBits};
}

KernelObject objectOfWorker(const std::string& kind, ChannelEnd end)
{
    return {.kind = kind,
            .name = fmt::format("anon_inode:[{}] of the {}", kind,
                                end == ChannelEnd::Sender ? "sender" : "receiver")};
}

} // namespace ipclab
