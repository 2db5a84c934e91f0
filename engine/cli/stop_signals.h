#pragma once

#include "engine/base/unique_fd.h"

#include <csignal>

namespace ipclab {

/// Takes SIGINT, SIGTERM and SIGHUP from now on, for as long as it lives, as something to poll (signalfd(2)).
/// Make it in the only thread, before processes are started.
class StopSignals final {
public:
    /// Throws std::system_error.
    StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    /// Readable when a signal has come.
    int descriptor() const { return m_descriptor.get(); }

    /// Takes what has come; how many signals there were since the beginning. Never blocks.
    unsigned count();

private:
    sigset_t m_previousMask{};
    UniqueFd m_descriptor;
    unsigned m_count = 0;
};

} // namespace ipclab
