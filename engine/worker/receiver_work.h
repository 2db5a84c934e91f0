#pragma once

#include "engine/worker/session.h"

namespace ipclab {

/// What a receiver does with each message besides receiving it: it keeps its core busy for a while.
class ReceiverWork final {
public:
    explicit ReceiverWork(Session& session) : m_session(session) {}

    /// Ends early when the worker must leave.
    void perform() const
    {
        if (m_session.workPerMessage() == Nanoseconds::zero())
            return;
        const Nanoseconds until = now() + m_session.workPerMessage();
        while (now() < until && !m_session.mustLeave())
            m_session.lookUp();
    }

private:
    Session& m_session;
};

} // namespace ipclab
