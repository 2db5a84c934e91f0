#include "engine/base/private_directory.h"

#include "engine/base/failure.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>

namespace ipclab {

namespace {

constexpr mode_t privateMode = S_IRWXU;

std::string environment(const char* name)
{
    const char* value = ::secure_getenv(name);
    return value == nullptr ? std::string() : value;
}

/// The XDG specification asks for an absolute path to a directory of this user; anything else, as sudo leaves
/// behind, is no place for us.
std::optional<std::string> runtimeDirectory()
{
    const std::string path = environment("XDG_RUNTIME_DIR");
    struct stat status {};
    const bool isUsable = path.starts_with('/') && ::stat(path.c_str(), &status) == 0 &&
                          S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() &&
                          ::access(path.c_str(), W_OK | X_OK) == 0;
    return isUsable ? std::optional(path + "/ipclab") : std::nullopt;
}

std::string temporaryDirectory()
{
    const std::string path = environment("TMPDIR");
    return fmt::format("{}/ipclab-{}", path.starts_with('/') ? path : "/tmp", ::geteuid());
}

[[noreturn]] void refuse(const std::string& path, std::string reason)
{
    throw FailureError({"use the private directory " + path, 0, std::move(reason),
                        "Remove it, or set XDG_RUNTIME_DIR to a directory of your own"});
}

void checkPrivate(const std::string& path)
{
    struct stat status {};
    check(::lstat(path.c_str(), &status), "lstat");
    if (!S_ISDIR(status.st_mode))
        refuse(path, S_ISLNK(status.st_mode) ? "it is a symbolic link" : "it is not a directory");
    if (status.st_uid != ::geteuid())
        refuse(path, fmt::format("it belongs to user {}", status.st_uid));
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        refuse(path, "other users may look into it or change it");
}

} // namespace

std::string privateDirectory()
{
    const std::string path = runtimeDirectory().value_or(temporaryDirectory());
    if (::mkdir(path.c_str(), privateMode) != 0 && errno != EEXIST)
        throw FailureError(explain(std::system_error(errno, std::generic_category(), "mkdir"),
                                   "make the private directory " + path));
    checkPrivate(path);
    return path;
}

} // namespace ipclab
