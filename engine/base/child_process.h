#pragma once

#include "engine/base/clock.h"
#include "engine/base/unique_fd.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ipclab {

/// How a process ended and what it used, as wait4(2) tells.
struct ExitReport {
    bool wasKilled = false;
    int statusOrSignal = 0;
    Nanoseconds user{};
    Nanoseconds system{};
    std::uint64_t voluntarySwitches = 0;
    std::uint64_t involuntarySwitches = 0;

    bool isSuccess() const { return !wasKilled && statusOrSignal == 0; }
    /// "exited with status 3", "killed by SIGKILL".
    std::string sentence() const;
};

/// Whether a child stays in its parent's session, in a process group of its own, or leads a session of its
/// own (setsid(2)).
enum class ChildSession { Parents, Own };

/// What is to be started. The descriptors stay the caller's.
struct ChildRequest {
    std::string program;                ///< path
    std::vector<std::string> arguments; ///< argv[1] …
    std::span<const int> descriptors;   ///< become 3, 4, 5 … in the child; nothing else is inherited
    ChildSession session = ChildSession::Parents;
    int heldSignal = 0; ///< starts blocked, until the program has a handler for it; 0 = none
};

/// One child process and the only owner of its pid. Standard input and output are /dev/null, standard error
/// is a pipe. Signal mask and dispositions are the defaults; it leads a process group of its own. The
/// destructor kills the process if it still runs, and reaps it. An ignored SIGCHLD, which would take the exit
/// status from us, is set to its default in this process. Move-only.
class ChildProcess final {
public:
    ChildProcess() = default;
    /// posix_spawn(3), 1–4 ms. Throws FailureError if the program cannot be started, else std::system_error.
    explicit ChildProcess(const ChildRequest& request);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    ~ChildProcess();

    int pid() const { return m_pid; }
    /// pidfd_open(2): readable when the process has ended. Valid until it is destroyed.
    int pidDescriptor() const { return m_pidDescriptor.get(); }
    /// The reading end of its standard error, non-blocking.
    int errorDescriptor() const { return m_standardError.get(); }
    /// What it has written there since the last call. Never blocks.
    std::string takeErrors() const;

    bool isRunning() const { return m_pid > 0 && !m_report; }
    /// pidfd_send_signal(2). Nothing happens if it has ended.
    void signal(int number) const;
    /// Reaps the process if it has ended. Never blocks.
    std::optional<ExitReport> tryReap();
    /// Kills and reaps it. Blocks for as long as the kernel takes to end it.
    ExitReport killAndReap();

private:
    std::optional<ExitReport> reap(int options);

    int m_pid = -1;
    UniqueFd m_pidDescriptor;
    UniqueFd m_standardError;
    std::optional<ExitReport> m_report;
};

/// The directory of the running program's file, without a slash at the end.
std::string programDirectory();

} // namespace ipclab
