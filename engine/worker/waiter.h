#pragma once

#include "engine/base/relax_core.h"
#include "engine/worker/session.h"

#include <poll.h>

#include <cerrno>

namespace ipclab {

/// How often a spinning worker tries before it looks up.
inline constexpr int triesBetweenLooks = 64;
/// How long a hybrid wait spins before it sleeps: a little less than a wake-up across cores costs.
inline constexpr Nanoseconds hybridSpin = std::chrono::microseconds(50);

/// Carries one operation of an endpoint through, waiting as the experiment says. Waiting shows in the telemetry page while it
/// lasts; an operation that succeeds at once costs nothing but itself.
class Waiter final {
public:
    Waiter(Session& session, const Session::End& end, Window window)
        : m_session(session), m_endpoint(*end.endpoint), m_peers(end.plan->peers), m_window(window),
          m_wait(session.experiment().wait)
    {
    }

    /// `attempt(Deadline)` is the operation: it returns an Outcome, or something that has one. Returns what the last attempt
    /// returned, with PeerClosed when the supervisor says that nobody is there any more, or Interrupted when the worker must
    /// leave.
    template <typename Attempt>
    auto complete(Attempt attempt)
    {
        auto result = attempt(Deadline::immediately());
        if (outcomeOf(result) == Outcome::Done) [[likely]]
            return result;
        return completeByWaiting(attempt, result);
    }

private:
    static Outcome& outcomeOf(Outcome& outcome) { return outcome; }
    static Outcome& outcomeOf(auto& result) { return result.outcome; }

    /// By value and never inline, so that the hot path keeps its results in registers.
    template <typename Attempt, typename Result>
    [[gnu::noinline]] Result completeByWaiting(Attempt attempt, Result result)
    {
        const Outcome outcome = outcomeOf(result);
        if (outcome == Outcome::WouldBlock || outcome == Outcome::Interrupted)
            waitFor(attempt, result);
        return result;
    }

    template <typename Attempt, typename Result>
    void waitFor(Attempt& attempt, Result& result)
    {
        TelemetryWriter& telemetry = m_session.telemetry();
        const Nanoseconds begun = now();
        telemetry.add(Counter::WouldBlock);
        telemetry.enter(m_window, begun);
        m_session.flush();
        Outcome& outcome = outcomeOf(result);
        while (outcome == Outcome::WouldBlock || outcome == Outcome::Interrupted) {
            m_session.lookUp();
            if (m_session.mustLeave()) {
                outcome = Outcome::Interrupted;
                break;
            }
            if (m_session.areGone(m_peers)) {
                result = attempt(Deadline::immediately());
                outcome = outcome == Outcome::WouldBlock ? Outcome::PeerClosed : outcome;
                break;
            }
            attemptOnce(attempt, result, begun);
        }
        m_session.publishTransferCounts();
        telemetry.enter(Window::Working);
    }

    template <typename Attempt, typename Result>
    void attemptOnce(Attempt& attempt, Result& result, Nanoseconds begun)
    {
        const bool spins = m_wait == Wait::Spin || (m_wait == Wait::Hybrid && now() - begun < hybridSpin);
        if (spins)
            spin(attempt, result);
        else if (m_wait != Wait::Poll)
            result = attempt(Deadline::never());
        else if (isReady())
            result = attempt(Deadline::immediately());
    }

    template <typename Attempt, typename Result>
    static void spin(Attempt& attempt, Result& result)
    {
        for (int attempts = 0; attempts < triesBetweenLooks; ++attempts) {
            relaxCore();
            result = attempt(Deadline::immediately());
            if (outcomeOf(result) != Outcome::WouldBlock)
                return;
        }
    }

    /// Sleeps in poll(2); false if a signal came first.
    bool isReady() const
    {
        const bool isSending = m_window == Window::WaitingToSend;
        pollfd request{m_endpoint.pollDescriptor(), isSending ? m_endpoint.sendEvent() : short{POLLIN}, 0};
        m_session.noteWaitingCall();
        const int ready = ::poll(&request, 1, -1);
        if (ready < 0 && errno != EINTR)
            throwSystemError("poll");
        return ready > 0;
    }

    Session& m_session;
    Endpoint& m_endpoint;
    std::uint64_t m_peers;
    Window m_window;
    Wait m_wait;
};

} // namespace ipclab
