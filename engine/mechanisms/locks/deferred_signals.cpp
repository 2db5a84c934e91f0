#include "engine/mechanisms/locks/deferred_signals.h"

namespace ipclab {

DeferredSignals::DeferredSignals()
{
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &m_before);
}

DeferredSignals::~DeferredSignals()
{
    ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
}

bool DeferredSignals::haveCome() const
{
    sigset_t pending;
    ::sigpending(&pending);
    for (int number = 1; number <= SIGRTMAX; ++number)
        if (::sigismember(&pending, number) == 1 && ::sigismember(&m_before, number) == 0)
            return true;
    return false;
}

} // namespace ipclab
