#pragma once

#include "engine/worker/session.h"

namespace ipclab {

/// What a worker that never sleeps in a call does between two attempts, if anything: it lets another have the
/// core, or sleeps, each time twice as long as before.
class BackOff final {
public:
    explicit BackOff(Session& session)
        : m_session(session), m_kind(session.experiment().waiting.backOff),
          m_first(session.experiment().waiting.firstPause),
          m_largest(session.experiment().waiting.largestPause)
    {
    }

    bool isNone() const { return m_kind == BackOffKind::None; }
    /// A wait begins: the next pause is the first.
    void begin() { m_next = m_first; }
    /// Once, but not beyond this moment or when an end wants attention. A signal ends it. Counts it and its
    /// length.
    void pause(Nanoseconds until);

private:
    Session& m_session;
    BackOffKind m_kind;
    Nanoseconds m_first;
    Nanoseconds m_largest;
    Nanoseconds m_next{};
};

} // namespace ipclab
