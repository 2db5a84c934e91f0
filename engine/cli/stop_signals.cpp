#include "engine/cli/stop_signals.h"

#include "engine/base/failure.h"

#include <sys/signalfd.h>

#include <pthread.h>

namespace ipclab {

StopSignals::StopSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, signal);
    m_descriptor.reset(check(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd"));
    pthread_sigmask(SIG_BLOCK, &signals, &m_previousMask);
}

StopSignals::~StopSignals()
{
    count(); // what came and was not asked for must not end the program now
    pthread_sigmask(SIG_SETMASK, &m_previousMask, nullptr);
}

unsigned StopSignals::count()
{
    signalfd_siginfo signal{};
    while (::read(m_descriptor.get(), &signal, sizeof signal) == sizeof signal)
        ++m_count;
    return m_count;
}

} // namespace ipclab
