#include "tests/support/test_process.h"

#include "engine/base/failure.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>

namespace ipclab {

namespace {

bool isReadable(int descriptor, Deadline deadline)
{
    pollfd entry{.fd = descriptor, .events = POLLIN, .revents = 0};
    while (true) {
        const timespec left = deadline.isNever() ? timespec{} : toTimespec(deadline.remaining());
        const int ready = ::ppoll(&entry, 1, deadline.isNever() ? nullptr : &left, nullptr);
        if (ready >= 0 || errno != EINTR)
            return ready > 0;
    }
}

void prepareProcess(std::chrono::seconds life)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::alarm(static_cast<unsigned>(life.count()));
    std::signal(SIGPIPE, SIG_IGN);
    struct sigaction ignoring {};
    ignoring.sa_handler = [](int) {};
    // Without SA_RESTART, so that it ends a call that sleeps.
    ::sigaction(SIGUSR1, &ignoring, nullptr);
}

/// Never returns: the process is a copy of the test and must not go on as one.
[[noreturn]] void runBody(const std::function<void(const Talk&)>& body, const Talk& talk,
                          std::chrono::seconds life)
{
    int status = 0;
    try {
        prepareProcess(life);
        body(talk);
    } catch (const std::exception& error) {
        talk.tellError(error.what());
        status = 1;
    }
    ::_exit(status);
}

std::array<UniqueFd, 2> makeTalk()
{
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

} // namespace

void Talk::tell(std::uint64_t number) const
{
    ::send(m_socket.get(), &number, sizeof number, MSG_NOSIGNAL);
}

std::optional<std::uint64_t> Talk::hear(Deadline deadline) const
{
    std::uint64_t number = 0;
    constexpr int looking = MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC; // an error is left for hearError()
    if (!isReadable(m_socket.get(), deadline) ||
        ::recv(m_socket.get(), &number, sizeof number, looking) != sizeof number)
        return std::nullopt;
    ::recv(m_socket.get(), &number, sizeof number, MSG_DONTWAIT);
    return number;
}

void Talk::tellError(const std::string& sentence) const
{
    const std::string marked = "error: " + sentence;
    ::send(m_socket.get(), marked.data(), marked.size(), MSG_NOSIGNAL);
}

std::string Talk::hearError() const
{
    std::array<char, 4096> buffer{};
    ssize_t got = 0;
    while ((got = ::recv(m_socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0)
        if (got > static_cast<ssize_t>(sizeof(std::uint64_t)))
            return {buffer.data(), static_cast<std::size_t>(got)};
    return {};
}

TestProcess::TestProcess(const std::function<void(const Talk&)>& body, std::chrono::seconds life)
    : m_talk(UniqueFd())
{
    std::array<UniqueFd, 2> ends = makeTalk();
    m_pid = check(::fork(), "fork");
    if (m_pid == 0) {
        ends[0].reset();
        runBody(body, Talk(std::move(ends[1])), life);
    }
    m_talk = Talk(std::move(ends[0]));
    m_pidfd.reset(static_cast<int>(check(::syscall(SYS_pidfd_open, m_pid, 0), "pidfd_open")));
}

TestProcess::~TestProcess()
{
    if (m_pid > 0)
        kill();
}

bool TestProcess::hasEnded(Deadline deadline) const
{
    return isReadable(m_pidfd.get(), deadline);
}

std::string TestProcess::reap()
{
    int status = 0;
    ::waitpid(m_pid, &status, 0);
    m_pid = -1;
    m_pidfd.reset();
    if (WIFSIGNALED(status))
        return fmt::format("killed by {}", ::strsignal(WTERMSIG(status)));
    const std::string error = m_talk.hearError();
    if (WEXITSTATUS(status) != 0)
        return error.empty() ? fmt::format("ended with {}", WEXITSTATUS(status)) : error;
    return {};
}

std::string TestProcess::finish(Deadline deadline)
{
    return hasEnded(deadline) ? reap() : "still running";
}

std::string TestProcess::finishSignalled(int signal)
{
    constexpr int tries = 5000;
    for (int i = 0; i < tries; ++i) {
        ::kill(m_pid, signal);
        if (hasEnded(Deadline::after(std::chrono::milliseconds(2))))
            return reap();
    }
    return "still running";
}

void TestProcess::kill()
{
    ::kill(m_pid, SIGKILL);
    reap();
}

void require(bool condition, const std::string& what)
{
    if (!condition)
        throw std::runtime_error(what);
}

} // namespace ipclab
