#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace ipclab {

/// Something that could not be done, as a user reads it: what was tried, why it failed, what to do.
struct Failure {
    std::string tried;       ///< "create the POSIX message queue /ipclab-812-1"
    int error = 0;           ///< errno, or 0 where no system call failed
    std::string reason = {}; ///< "the limit on bytes in message queues (RLIMIT_MSGQUEUE) is reached"
    std::string hint = {};   ///< "Raise it with: ulimit -q 8192000", may be empty

    /// "Could not create …: EMFILE, the limit … is reached. Raise it with …"
    std::string sentence() const;
    bool operator==(const Failure&) const = default;
};

/// The machine refused, or the input was wrong, and the thrower knows how to say so. Caught at the borders
/// only.
class FailureError final : public std::runtime_error {
public:
    explicit FailureError(Failure failure);
    const Failure& failure() const { return m_failure; }

private:
    Failure m_failure;
};

/// "EPIPE"; "errno 4711" for a number without a name.
std::string errorName(int error);

/// What an errno means in one clause, with the words of errno(3): "broken pipe: no process has the reading
/// end open".
std::string errorMeaning(int error);

/// Turns what `check` threw into a failure; `tried` names the undertaking in the user's words.
Failure explain(const std::system_error& error, std::string_view tried);

/// Throws std::system_error with errno, or with this error, and the name of the call.
[[noreturn]] void throwSystemError(const char* call);
[[noreturn]] void throwSystemError(int error, const char* call);

/// Returns what a system call returned; throws as above where that is −1.
template <typename Result>
Result check(Result result, const char* call)
{
    if (result == static_cast<Result>(-1)) [[unlikely]]
        throwSystemError(call);
    return result;
}

} // namespace ipclab
