#include "tests/support/own_namespaces.h"

#include "engine/base/failure.h"
#include "engine/base/unique_fd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <string>

namespace ipclab {

namespace {

void writeText(const char* path, const std::string& text)
{
    const UniqueFd file(check(::open(path, O_WRONLY | O_CLOEXEC), path));
    check(::write(file.get(), text.data(), text.size()), path);
}

/// Limits in /proc/sys belong to the namespace's root; nobody is, until somebody is mapped to it.
void becomeRoot(uid_t user, gid_t group)
{
    writeText("/proc/self/setgroups", "deny");
    writeText("/proc/self/uid_map", fmt::format("0 {} 1", user));
    writeText("/proc/self/gid_map", fmt::format("0 {} 1", group));
}

} // namespace

bool standApart(int flags)
{
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    if (::unshare(flags) == 0)
        return true;
    if (::unshare(flags | CLONE_NEWUSER) != 0)
        return false;
    becomeRoot(user, group);
    return true;
}

} // namespace ipclab
