#pragma once

#include <csignal>

namespace ipclab {

/// Keeps signals back while it lives. pthread's waits go on after a signal without a word; between this
/// object's making and its end a caller can ask whether one has come.
class DeferredSignals final {
public:
    DeferredSignals();
    DeferredSignals(const DeferredSignals&) = delete;
    DeferredSignals& operator=(const DeferredSignals&) = delete;
    ~DeferredSignals();

    /// One that would have been delivered is waiting.
    bool haveCome() const;

    static constexpr int systemCalls = 2; ///< that making and ending it cost

private:
    sigset_t m_before;
};

} // namespace ipclab
