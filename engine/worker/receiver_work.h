#pragma once

#include "engine/worker/session.h"

#include <cstdint>
#include <vector>

namespace ipclab {

/// What a receiver does with each message besides receiving it: it keeps its core busy for a while, goes
/// through memory of its own, and sleeps.
class ReceiverWork final {
public:
    /// Touches the memory, so that no first touch falls into the run.
    explicit ReceiverWork(Session& session);

    /// Hot path: where there is nothing to do, one look. Ends early when the worker must leave.
    void perform()
    {
        if (m_session.hasWork()) [[unlikely]]
            performAll();
    }

private:
    void performAll();
    void compute();
    void touch();
    void sleep();

    Session& m_session;
    std::vector<std::uint64_t> m_memory;
};

} // namespace ipclab
