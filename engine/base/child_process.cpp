#include "engine/base/child_process.h"

#include "engine/base/failure.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <fmt/format.h>

#include <array>
#include <climits>
#include <csignal>
#include <utility>

namespace ipclab {

namespace {

constexpr int firstInherited = 3;

class FileActions final {
public:
    FileActions() { ::posix_spawn_file_actions_init(&m_actions); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    ~FileActions() { ::posix_spawn_file_actions_destroy(&m_actions); }

    void open(int target, const char* path, int flags)
    {
        ::posix_spawn_file_actions_addopen(&m_actions, target, path, flags, 0);
    }
    void duplicate(int from, int target) { ::posix_spawn_file_actions_adddup2(&m_actions, from, target); }
    void closeFrom(int first) { ::posix_spawn_file_actions_addclosefrom_np(&m_actions, first); }
    const posix_spawn_file_actions_t* get() const { return &m_actions; }

private:
    posix_spawn_file_actions_t m_actions;
};

/// Default signals, and a process group of its own: Ctrl-C in a terminal is for the supervisor alone.
class CleanStart final {
public:
    explicit CleanStart(const ChildRequest& request)
    {
        sigset_t blocked;
        sigset_t all;
        ::sigemptyset(&blocked);
        if (request.heldSignal != 0)
            ::sigaddset(&blocked, request.heldSignal);
        ::sigfillset(&all);
        ::posix_spawnattr_init(&m_attributes);
        ::posix_spawnattr_setsigmask(&m_attributes, &blocked);
        ::posix_spawnattr_setsigdefault(&m_attributes, &all);
        // The leader of a session leads a process group as well.
        const int leads = request.session == ChildSession::Own ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
        ::posix_spawnattr_setflags(
            &m_attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | leads));
    }
    CleanStart(const CleanStart&) = delete;
    CleanStart& operator=(const CleanStart&) = delete;
    ~CleanStart() { ::posix_spawnattr_destroy(&m_attributes); }
    const posix_spawnattr_t* get() const { return &m_attributes; }

private:
    posix_spawnattr_t m_attributes;
};

/// Copies with numbers above every target, so that no dup2 in the child overwrites one that is still to be
/// copied.
std::vector<UniqueFd> copiesAbove(std::span<const int> descriptors)
{
    const int lowest = firstInherited + static_cast<int>(descriptors.size());
    std::vector<UniqueFd> copies;
    for (const int descriptor : descriptors)
        copies.emplace_back(check(::fcntl(descriptor, F_DUPFD_CLOEXEC, lowest), "F_DUPFD_CLOEXEC"));
    return copies;
}

std::vector<char*> argumentPointers(std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Whoever started this program may have left SIGCHLD ignored, which exec(2) keeps: the kernel would then
/// reap our children by itself, and waitid(2) would know of none.
void keepTheDead()
{
    struct sigaction current {};
    check(::sigaction(SIGCHLD, nullptr, &current), "sigaction");
    const bool isIgnored = (current.sa_flags & SA_SIGINFO) == 0 && current.sa_handler == SIG_IGN;
    if (!isIgnored && (current.sa_flags & SA_NOCLDWAIT) == 0)
        return;
    if (isIgnored)
        current.sa_handler = SIG_DFL;
    current.sa_flags &= ~SA_NOCLDWAIT;
    check(::sigaction(SIGCHLD, &current, nullptr), "sigaction");
}

Nanoseconds toNanoseconds(const timeval& time)
{
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

} // namespace

std::string ExitReport::sentence() const
{
    if (!wasKilled)
        return fmt::format("exited with status {}", statusOrSignal);
    const char* name = ::sigabbrev_np(statusOrSignal);
    return name != nullptr ? fmt::format("killed by SIG{}", name)
                           : fmt::format("killed by signal {}", statusOrSignal);
}

ChildProcess::ChildProcess(const ChildRequest& request)
{
    keepTheDead();
    std::array<int, 2> errorPipe{};
    check(::pipe2(errorPipe.data(), O_CLOEXEC), "pipe2");
    m_standardError.reset(errorPipe[0]);
    const UniqueFd errorWriter(errorPipe[1]);
    check(::fcntl(errorPipe[0], F_SETFL, O_NONBLOCK), "fcntl");

    const std::vector<UniqueFd> copies = copiesAbove(request.descriptors);
    FileActions actions;
    actions.duplicate(errorWriter.get(), STDERR_FILENO);
    int target = firstInherited;
    for (const UniqueFd& copy : copies)
        actions.duplicate(copy.get(), target++);
    actions.closeFrom(target);
    actions.open(STDIN_FILENO, "/dev/null", O_RDONLY);
    actions.open(STDOUT_FILENO, "/dev/null", O_WRONLY);

    std::vector<std::string> texts{request.program};
    texts.insert(texts.end(), request.arguments.begin(), request.arguments.end());
    std::vector<char*> arguments = argumentPointers(texts);
    const CleanStart attributes(request);
    const int error = ::posix_spawn(&m_pid, request.program.c_str(), actions.get(), attributes.get(),
                                    arguments.data(), environ);
    if (error != 0) {
        m_pid = -1;
        throw FailureError(explain(std::system_error(error, std::generic_category(), "posix_spawn"),
                                   "start the program " + request.program));
    }
    m_pidDescriptor.reset(static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0)));
    if (!m_pidDescriptor) {
        const int reason = errno;
        ::kill(m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
        m_pid = -1;
        throwSystemError(reason, "pidfd_open");
    }
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : m_pid(std::exchange(other.m_pid, -1)), m_pidDescriptor(std::move(other.m_pidDescriptor)),
      m_standardError(std::move(other.m_standardError)), m_report(std::exchange(other.m_report, std::nullopt))
{
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept
{
    std::swap(m_pid, other.m_pid);
    std::swap(m_pidDescriptor, other.m_pidDescriptor);
    std::swap(m_standardError, other.m_standardError);
    std::swap(m_report, other.m_report);
    return *this;
}

ChildProcess::~ChildProcess()
{
    if (isRunning())
        killAndReap();
}

void ChildProcess::signal(int number) const
{
    if (isRunning())
        ::syscall(SYS_pidfd_send_signal, m_pidDescriptor.get(), number, nullptr, 0);
}

std::string ChildProcess::takeErrors() const
{
    std::string text;
    std::array<char, 1024> buffer;
    for (;;) {
        const ssize_t got = ::read(m_standardError.get(), buffer.data(), buffer.size());
        if (got <= 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

std::optional<ExitReport> ChildProcess::tryReap()
{
    return isRunning() ? reap(WEXITED | WNOHANG) : m_report;
}

ExitReport ChildProcess::killAndReap()
{
    signal(SIGKILL);
    while (isRunning())
        reap(WEXITED);
    return *m_report;
}

std::optional<ExitReport> ChildProcess::reap(int options)
{
    siginfo_t information{};
    rusage usage{};
    // The library's waitid() does not hand out the usage that the system call knows.
    const long result = ::syscall(SYS_waitid, P_PIDFD, m_pidDescriptor.get(), &information, options, &usage);
    if (result != 0 || information.si_pid == 0)
        return std::nullopt;
    m_report = ExitReport{.wasKilled = information.si_code != CLD_EXITED,
                          .statusOrSignal = information.si_status,
                          .user = toNanoseconds(usage.ru_utime),
                          .system = toNanoseconds(usage.ru_stime),
                          .voluntarySwitches = static_cast<std::uint64_t>(usage.ru_nvcsw),
                          .involuntarySwitches = static_cast<std::uint64_t>(usage.ru_nivcsw)};
    return m_report;
}

std::string programDirectory()
{
    std::array<char, PATH_MAX> path{};
    const ssize_t length = check(::readlink("/proc/self/exe", path.data(), path.size()), "readlink");
    const std::string program(path.data(), static_cast<std::size_t>(length));
    return program.substr(0, program.rfind('/'));
}

} // namespace ipclab
