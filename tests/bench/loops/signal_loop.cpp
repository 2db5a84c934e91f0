// sigqueue(3) and a read of a signalfd(2): the sequence is the value. Both say their pids in shared memory.
// As in the laboratory 1024 signals may wait, and who finds no room looks again after 50 µs.

#include "engine/base/mapping.h"
#include "tests/bench/loops/hand_loop_body.h"

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>

namespace ipclab {

namespace {

struct Pids {
    std::atomic<pid_t> asker;
    std::atomic<pid_t> answerer;
};

class SignalLink final {
public:
    explicit SignalLink(const LoopRequest&) {}

    void take(LoopSide side)
    {
        constexpr rlim_t longest = 1024;
        sigset_t awaited;
        ::sigemptyset(&awaited);
        ::sigaddset(&awaited, SIGRTMIN);
        check(::sigprocmask(SIG_BLOCK, &awaited, nullptr), "sigprocmask");
        m_signals.reset(check(::signalfd(-1, &awaited, SFD_CLOEXEC), "signalfd"));
        const rlimit limit{longest, longest};
        check(::setrlimit(RLIMIT_SIGPENDING, &limit), "setrlimit");
        auto* pids = m_pids.as<Pids>();
        const bool asks = side == LoopSide::Asker;
        (asks ? pids->asker : pids->answerer).store(::getpid());
        while ((m_peer = (asks ? pids->answerer : pids->asker).load()) == 0)
            ::sched_yield();
    }

    std::byte* place() { return m_outgoing.data(); }

    void send()
    {
        sigval value{};
        std::memcpy(&value, m_outgoing.data(), sizeof value);
        while (::sigqueue(m_peer, SIGRTMIN, value) != 0) {
            if (errno != EAGAIN)
                throwSystemError("sigqueue");
            constexpr timespec pause{.tv_sec = 0, .tv_nsec = 50'000};
            ::nanosleep(&pause, nullptr);
        }
    }

    const std::byte* receive()
    {
        check(::read(m_signals.get(), &m_info, sizeof m_info), "read");
        return reinterpret_cast<const std::byte*>(&m_info.ssi_ptr);
    }

private:
    Mapping m_pids{createMemoryFile("ipclab-loop", sizeof(Pids)).get(), sizeof(Pids), Access::ReadWrite};
    UniqueFd m_signals;
    pid_t m_peer = 0;
    std::array<std::byte, sizeof(sigval)> m_outgoing{};
    signalfd_siginfo m_info{};
};

} // namespace

double signalHandLoop(const LoopRequest& request)
{
    return measureLoop<SignalLink>(request);
}

} // namespace ipclab
