#pragma once

#include <optional>
#include <string>

namespace ipclab {

/// Why this host does not offer a mechanism, and what would change that. Both are clauses.
struct Unavailability {
    std::string reason; ///< "the administrator switched io_uring off (kernel.io_uring_disabled is 2)"
    std::string remedy; ///< "set it with: sysctl kernel.io_uring_disabled=0"

    /// Both, as the rest of a sentence.
    std::string clause() const { return reason + "; " + remedy; }
    bool operator==(const Unavailability&) const = default;
};

/// What it means for a mechanism that `call` ("mq_open(3)") fails with `error` on this host: nothing unless
/// the kernel lacks it (ENOSYS) or a filter of system calls forbids it (EPERM, EACCES).
std::optional<Unavailability> refusalOf(const char* call, int error);

} // namespace ipclab
