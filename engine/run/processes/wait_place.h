#pragma once

#include <string>
#include <string_view>

namespace ipclab {

/// Where a process is in the kernel, as /proc tells whoever may ask: its own user for the function, those who
/// may trace it for the call.
struct WaitPlace {
    std::string function; ///< in which it sleeps (proc_pid_wchan(5)), empty when it does not
    std::string call;     ///< the system call it is in, "write"; empty when it is in none or nobody may know
    int descriptor = -1;  ///< the call's first argument, where that is a descriptor
    bool operator==(const WaitPlace&) const = default;
};

/// Two small files of /proc, some 5 µs. Empty if the process has gone.
WaitPlace readWaitPlace(int pid);

/// What the process waits for, in words that complete "it is …": "waiting for room in the pipe". Empty for a
/// function and a call that nobody has described yet, and for a process that does not sleep.
std::string_view explainWait(const WaitPlace& place);

/// Likewise, where only the function is known.
std::string_view explainWait(std::string_view function);

/// "write" for SYS_write. The number itself for a call that has nothing to do with communication.
std::string systemCallName(long number);

} // namespace ipclab
