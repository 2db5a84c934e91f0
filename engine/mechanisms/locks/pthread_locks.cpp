#include "engine/mechanisms/locks/pthread_locks.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/locks/deferred_signals.h"

#include <algorithm>

namespace ipclab {

namespace {

void require(int error, const char* call)
{
    if (error != 0)
        throwSystemError(error, call);
}

void prepareMutex(pthread_mutex_t& mutex, int robustness)
{
    pthread_mutexattr_t attributes;
    require(::pthread_mutexattr_init(&attributes), "pthread_mutexattr_init");
    require(::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED),
            "pthread_mutexattr_setpshared");
    require(::pthread_mutexattr_setrobust(&attributes, robustness), "pthread_mutexattr_setrobust");
    require(::pthread_mutex_init(&mutex, &attributes), "pthread_mutex_init");
    ::pthread_mutexattr_destroy(&attributes);
}

/// Nearly every wait is over by then. It is not worth two more system calls to hear of a signal meanwhile.
constexpr Nanoseconds shortWait = std::chrono::milliseconds(1);

timespec soonerOf(Deadline deadline)
{
    return toTimespec(std::min(deadline.moment(), now() + shortWait));
}

/// Waits for a mutex that somebody holds: 0, EOWNERDEAD, ETIMEDOUT or EINTR.
int lockBefore(pthread_mutex_t& mutex, Deadline deadline, TransferCounts& counts)
{
    const timespec soon = soonerOf(deadline);
    ++counts.systemCalls;
    if (const int error = ::pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &soon); error != ETIMEDOUT)
        return error;
    const timespec moment = toTimespec(deadline.moment());
    const DeferredSignals signals;
    counts.systemCalls += DeferredSignals::systemCalls + 1;
    const int error = ::pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &moment);
    return error == ETIMEDOUT && signals.haveCome() ? EINTR : error;
}

Outcome acquireMutex(pthread_mutex_t& mutex, Deadline deadline, TransferCounts& counts)
{
    int error = ::pthread_mutex_trylock(&mutex);
    if (error == EBUSY && deadline.isImmediate())
        return Outcome::WouldBlock;
    if (error == EBUSY)
        error = lockBefore(mutex, deadline, counts);
    switch (error) {
    case 0:
        return Outcome::Done;
    case EOWNERDEAD:
        require(::pthread_mutex_consistent(&mutex), "pthread_mutex_consistent");
        return Outcome::Done;
    case ETIMEDOUT:
        return Outcome::TimedOut;
    case EINTR:
        return Outcome::Interrupted;
    default:
        throwSystemError(error, "pthread_mutex_clocklock");
    }
}

} // namespace

void PthreadMutex::prepare(LockPlace& place, int robustness)
{
    prepareMutex(place.as<Shared>().mutex, robustness);
}

void PthreadMutex::prepare(LockPlace& place)
{
    prepare(place, PTHREAD_MUTEX_STALLED);
}

Outcome PthreadMutex::acquire(Deadline deadline)
{
    return acquireMutex(m_shared.mutex, deadline, m_counts);
}

void RobustMutex::prepare(LockPlace& place)
{
    PthreadMutex::prepare(place, PTHREAD_MUTEX_ROBUST);
}

} // namespace ipclab
