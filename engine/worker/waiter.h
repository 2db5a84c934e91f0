#pragma once

#include "engine/base/relax_core.h"
#include "engine/worker/back_off.h"
#include "engine/worker/session.h"

namespace ipclab {

/// How often a spinning worker tries before it looks up.
inline constexpr int triesBetweenLooks = 64;
/// How long a hybrid wait spins before it sleeps: a little less than a wake-up across cores costs.
inline constexpr Nanoseconds hybridSpin = std::chrono::microseconds(50);

/// Carries one operation of an endpoint through, waiting as the experiment says. Waiting shows in the
/// telemetry page while it lasts; an operation that succeeds at once costs nothing but itself.
class Waiter final {
public:
    /// Where the experiment has a deadline its expiry is counted. The wait then begins anew, or with `Skip`
    /// is over.
    Waiter(Session& session, const Session::End& end, Window window, ExpiryRule expiry = ExpiryRule::Retry)
        : m_session(session), m_endpoint(*end.endpoint), m_peers(end.plan->peers), m_window(window),
          m_wait(session.experiment().wait), m_backOff(session),
          m_limit(session.experiment().waiting.deadline), m_expiry(expiry)
    {
    }

    /// `attempt(Deadline)` is the operation: it returns an Outcome, or something that has one. Returns what
    /// the last attempt returned, with PeerClosed when the supervisor says that nobody is there any more,
    /// Interrupted when the worker must leave, or TimedOut.
    template <typename Attempt>
    auto complete(Attempt attempt)
    {
        // One object, and the caller's: a copy would be read in wider pieces than it was just written in, and
        // stall until every earlier store, those to shared memory included, has reached the cache.
        auto result = attempt(Deadline::immediately());
        if (outcomeOf(result) != Outcome::Done) [[unlikely]]
            result = completeByWaiting(attempt, result);
        return result;
    }

    /// When the last wait ended that began since forgetWait(); zero if there was none.
    Nanoseconds waitedUntil() const { return m_waitedUntil; }
    void forgetWait() { m_waitedUntil = Nanoseconds::zero(); }

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
        m_session
            .publishTransferCounts(); // now, and not when it is over: the message should not wait for that
        m_backOff.begin();
        Nanoseconds until = expiryAfter(begun);
        Outcome& outcome = outcomeOf(result);
        while (isUndone(outcome)) {
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
            attemptOnce(attempt, result, {begun, until});
            if (isUndone(outcome) && m_limit > Nanoseconds::zero() && now() >= until) {
                telemetry.add(Counter::TimeOuts);
                outcome = Outcome::TimedOut;
                if (m_expiry == ExpiryRule::Skip)
                    break;
                until = expiryAfter(now());
            }
        }
        m_waitedUntil = now();
        telemetry.enter(Window::Working, m_waitedUntil);
    }

    static bool isUndone(Outcome outcome)
    {
        return outcome == Outcome::WouldBlock || outcome == Outcome::Interrupted ||
               outcome == Outcome::TimedOut;
    }

    Nanoseconds expiryAfter(Nanoseconds moment) const
    {
        return m_limit == Nanoseconds::zero() ? Nanoseconds::max() : moment + m_limit;
    }

    struct Stretch {
        Nanoseconds begun;
        Nanoseconds until; ///< the deadline; max = never
    };

    template <typename Attempt, typename Result>
    void attemptOnce(Attempt& attempt, Result& result, Stretch wait)
    {
        const bool spins =
            m_wait == Wait::Spin || (m_wait == Wait::Hybrid && now() - wait.begun < hybridSpin);
        if (spins && m_backOff.isNone())
            return spin(attempt, result);
        if (spins)
            m_backOff.pause(wait.until);
        else if (m_wait != Wait::Poll)
            return void(result = attempt(Deadline::at(wait.until)));
        else if (!isReady(wait.until))
            return;
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

    /// Sleeps in poll(2), until the deadline or the endpoint wants attention; false if a signal came first.
    bool isReady(Nanoseconds deadline) const;

    Session& m_session;
    Endpoint& m_endpoint;
    std::uint64_t m_peers;
    Window m_window;
    Wait m_wait;
    BackOff m_backOff;
    Nanoseconds m_limit; ///< of one wait; 0 = none
    ExpiryRule m_expiry;
    Nanoseconds m_waitedUntil{};
};

} // namespace ipclab
