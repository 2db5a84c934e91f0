#pragma once

#include "engine/profiles/load_profile.h"
#include "engine/worker/session.h"
#include "engine/worker/sleep_margin.h"

#include <memory>
#include <optional>

namespace ipclab {

/// Waits until a sender's next message is due, and notes how late it then is. Precise pacing sleeps up to a
/// margin before the due time and spins the rest; economy pacing wakes once a millisecond and lets everything
/// go that has come due.
class Pacer final {
public:
    /// Without a schedule there is nothing but `pause`.
    Pacer(Session& session, std::unique_ptr<Schedule> schedule);

    /// So many messages have been sent already.
    void skip(std::uint64_t messages);
    /// When the message was due, on the clock; nothing when the window is over. A sender that is behind does
    /// not wait.
    std::optional<Nanoseconds> awaitNext();
    /// Of the message that was last waited for, as Schedule::size() says it.
    std::size_t size() const { return m_schedule->size(); }
    /// Waits so long from now, whatever is due; false if the window ended first.
    bool pause(Nanoseconds length);

    // For who does other things while it waits: these two never do.

    /// When the next message is due: by the schedule, or without one `pause` after the last that came.
    Nanoseconds nextDue(Nanoseconds pause);
    /// Whether that message is to go by now; then its lateness is noted, and nextDue() goes on to the message
    /// after it.
    bool hasCome();
    /// When to ask again if it has not.
    Nanoseconds askAgainAt() const;

private:
    Nanoseconds wakeFor(Nanoseconds due) const;
    /// Waits in the state of pacing. When that was over; nothing if the window ended first.
    std::optional<Nanoseconds> waitPacing(Nanoseconds begun, Nanoseconds end);
    /// False if the window ended first. Comes back early if the load has changed.
    bool waitUntil(Nanoseconds moment);
    bool isOutdated() const;
    void sleepUntil(Nanoseconds moment);
    /// Shorter than to the next message: an end of a channel wants attention.
    static void doze(Nanoseconds until);

    Session& m_session;
    std::unique_ptr<Schedule> m_schedule;
    Pacing m_pacing;
    bool m_isSteered;
    std::optional<Nanoseconds> m_nextDue; ///< once nextDue() has said it
    SleepMargin m_margin;                 ///< none in economy pacing
};

} // namespace ipclab
