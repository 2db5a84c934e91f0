#include "engine/worker/phase_alarm.h"

#include "engine/base/failure.h"

namespace ipclab {

namespace {

constexpr Nanoseconds ringAgainAfter = std::chrono::milliseconds(10);

} // namespace

PhaseAlarm::PhaseAlarm()
{
    static_assert(std::atomic<bool>::is_always_lock_free);
    struct sigaction action {};
    action.sa_handler = &PhaseAlarm::ring;
    check(::sigaction(signalNumber, &action, nullptr), "sigaction");
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    check(::sigaction(SIGPIPE, &ignore, nullptr), "sigaction");
    sigset_t held;
    ::sigemptyset(&held);
    ::sigaddset(&held, signalNumber);
    check(::sigprocmask(SIG_UNBLOCK, &held, nullptr), "sigprocmask");

    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = signalNumber;
    check(::timer_create(CLOCK_MONOTONIC, &event, &m_timer), "timer_create");
}

PhaseAlarm::~PhaseAlarm()
{
    ::timer_delete(m_timer);
}

void PhaseAlarm::setFor(Nanoseconds moment)
{
    const itimerspec times{.it_interval = toTimespec(ringAgainAfter), .it_value = toTimespec(moment)};
    check(::timer_settime(m_timer, TIMER_ABSTIME, &times, nullptr), "timer_settime");
}

void PhaseAlarm::silence()
{
    const itimerspec never{};
    check(::timer_settime(m_timer, 0, &never, nullptr), "timer_settime");
}

void PhaseAlarm::ring(int)
{
    s_hasRung.store(true, std::memory_order_relaxed);
}

} // namespace ipclab
