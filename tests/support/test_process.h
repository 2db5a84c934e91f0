#pragma once

#include "engine/base/deadline.h"
#include "engine/base/unique_fd.h"

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ipclab {

/// What a test's process and its test say to each other, number by number. Either side may also just wait for
/// a number.
class Talk final {
public:
    explicit Talk(UniqueFd socket) : m_socket(std::move(socket)) {}

    void tell(std::uint64_t number) const;
    /// Nothing if the other side is gone, has told an error instead, or the deadline has passed.
    std::optional<std::uint64_t> hear(Deadline deadline) const;

    void tellError(const std::string& sentence) const;
    /// What is left to be heard, if it is an error.
    std::string hearError() const;

private:
    UniqueFd m_socket;
};

/// A forked process that runs one function. It ignores SIGPIPE, hears SIGUSR1 without dying, and is killed by
/// SIGALRM at the end of its life and with its parent, so that no mistake can hang a test. The destructor
/// kills and reaps it.
class TestProcess final {
public:
    static constexpr std::chrono::seconds usualLife{30};

    /// An exception that leaves `body` becomes the sentence that finish() returns.
    explicit TestProcess(const std::function<void(const Talk&)>& body, std::chrono::seconds life = usualLife);
    TestProcess(const TestProcess&) = delete;
    TestProcess& operator=(const TestProcess&) = delete;
    ~TestProcess();

    const Talk& talk() const { return m_talk; }
    pid_t pid() const { return m_pid; }

    /// Waits for its end: empty if all went well, else what went wrong.
    std::string finish(Deadline deadline = Deadline::after(std::chrono::seconds(60)));
    /// As above, and sends the signal again and again meanwhile: one that arrives before the process sleeps
    /// would not wake it.
    std::string finishSignalled(int signal);
    /// Sends SIGKILL and reaps.
    void kill();

private:
    bool hasEnded(Deadline deadline) const;
    std::string reap();

    Talk m_talk;
    pid_t m_pid = -1;
    UniqueFd m_pidfd;
};

/// For the body of a process: throws `what` as an error unless the condition holds.
void require(bool condition, const std::string& what);

} // namespace ipclab
