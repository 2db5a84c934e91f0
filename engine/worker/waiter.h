#pragma once

#include "engine/worker/session.h"

#include <poll.h>

#include <cerrno>

namespace ipclab {

/// How often a spinning worker tries before it looks up.
inline constexpr int triesBetweenLooks = 64;
/// How long a hybrid wait spins before it sleeps: a little less than a wake-up across cores costs.
inline constexpr Nanoseconds hybridSpin = std::chrono::microseconds(50);

inline void relaxCore()
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// Carries one operation of an endpoint through, waiting as the experiment says. Waiting shows in the telemetry page while it
/// lasts; an operation that succeeds at once costs nothing but itself.
class Waiter final {
public:
    Waiter(Session& session, Endpoint& endpoint, Window window)
        : m_session(session), m_endpoint(endpoint), m_window(window), m_wait(session.experiment().wait)
    {
    }

    /// `attempt(Deadline)` is the operation. Returns its outcome, PeerClosed when the supervisor says that nobody is there any
    /// more, or Interrupted when the worker must leave.
    template <typename Attempt>
    Outcome complete(Attempt attempt)
    {
        const Outcome outcome = attempt(Deadline::immediately());
        if (outcome == Outcome::Done) [[likely]]
            return outcome;
        if (outcome != Outcome::WouldBlock && outcome != Outcome::Interrupted)
            return outcome;
        return waitFor(attempt);
    }

private:
    template <typename Attempt>
    Outcome waitFor(Attempt& attempt)
    {
        TelemetryWriter& telemetry = m_session.telemetry();
        const Nanoseconds begun = now();
        telemetry.add(Counter::WouldBlock);
        telemetry.enter(m_window, begun);
        Outcome outcome = Outcome::WouldBlock;
        while (outcome == Outcome::WouldBlock || outcome == Outcome::Interrupted) {
            m_session.lookUp();
            if (m_session.mustLeave()) {
                outcome = Outcome::Interrupted;
                break;
            }
            if (peerIsGone()) {
                outcome = attempt(Deadline::immediately());
                outcome = outcome == Outcome::WouldBlock ? Outcome::PeerClosed : outcome;
                break;
            }
            outcome = attemptOnce(attempt, begun);
        }
        m_session.publishTransferCounts();
        telemetry.enter(Window::Working);
        return outcome;
    }

    template <typename Attempt>
    Outcome attemptOnce(Attempt& attempt, Nanoseconds begun)
    {
        switch (m_wait) {
        case Wait::Block: return attempt(Deadline::never());
        case Wait::Poll: return isReady() ? attempt(Deadline::immediately()) : Outcome::Interrupted;
        case Wait::Spin: return spin(attempt);
        case Wait::Hybrid: return now() - begun < hybridSpin ? spin(attempt) : attempt(Deadline::never());
        }
        return Outcome::WouldBlock;
    }

    template <typename Attempt>
    static Outcome spin(Attempt& attempt)
    {
        for (int attempts = 0; attempts < triesBetweenLooks; ++attempts) {
            relaxCore();
            const Outcome outcome = attempt(Deadline::immediately());
            if (outcome != Outcome::WouldBlock)
                return outcome;
        }
        return Outcome::WouldBlock;
    }

    /// Sleeps in poll(2); false if a signal came first.
    bool isReady() const
    {
        const bool isSending = m_window == Window::WaitingToSend;
        pollfd request{m_endpoint.pollDescriptor(), static_cast<short>(isSending ? POLLOUT : POLLIN), 0};
        const int ready = ::poll(&request, 1, -1);
        if (ready < 0 && errno != EINTR)
            throwSystemError("poll");
        return ready > 0;
    }

    bool peerIsGone() const
    {
        return m_window == Window::WaitingToSend ? m_session.receiversAreGone() : m_session.sendersAreGone();
    }

    Session& m_session;
    Endpoint& m_endpoint;
    Window m_window;
    Wait m_wait;
};

} // namespace ipclab
