#pragma once

#include "engine/base/clock.h"

#include <atomic>
#include <csignal>
#include <ctime>

namespace ipclab {

/// Interrupts whatever the worker waits in when it has to look up: at a set time, or when the supervisor
/// sends the same signal. One per process, for signals are the process's. A set time rings every 10 ms until
/// it is set anew or silenced, so that a signal that arrives just before a blocking call is not lost.
class PhaseAlarm final {
public:
    static constexpr int signalNumber = SIGUSR1;

    /// Installs the handler, without SA_RESTART, lets the signal in, which the process was started without,
    /// and ignores SIGPIPE. Throws std::system_error.
    PhaseAlarm();
    PhaseAlarm(const PhaseAlarm&) = delete;
    PhaseAlarm& operator=(const PhaseAlarm&) = delete;
    ~PhaseAlarm();

    void setFor(Nanoseconds moment);
    void silence();

    /// Hot path: whether it has rung since attended().
    static bool hasRung() { return s_hasRung.load(std::memory_order_relaxed); }
    static void attended() { s_hasRung.store(false, std::memory_order_relaxed); }

private:
    static void ring(int);

    static inline std::atomic<bool> s_hasRung = false; // a signal handler can reach nothing but statics

    timer_t m_timer{};
};

} // namespace ipclab
