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

void prepareCondition(pthread_cond_t& condition)
{
    pthread_condattr_t attributes;
    require(::pthread_condattr_init(&attributes), "pthread_condattr_init");
    require(::pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED),
            "pthread_condattr_setpshared");
    require(::pthread_cond_init(&condition, &attributes), "pthread_cond_init");
    ::pthread_condattr_destroy(&attributes);
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

void PthreadMutex::prepare(LockPlace& place)
{
    prepareMutex(place.as<Shared>().mutex, PTHREAD_MUTEX_STALLED);
}

Outcome PthreadMutex::acquire(Deadline deadline)
{
    return acquireMutex(m_shared.mutex, deadline, m_counts);
}

void RobustMutex::prepare(LockPlace& place)
{
    auto& shared = place.as<Shared>();
    prepareMutex(shared.mutex, PTHREAD_MUTEX_ROBUST);
    for (pthread_cond_t& condition : shared.changed)
        prepareCondition(condition);
}

Outcome RobustMutex::acquire(Deadline deadline)
{
    return acquireMutex(m_shared.mutex, deadline, m_counts);
}

int RobustMutex::waitUntil(Side side, const timespec& moment)
{
    ++m_counts.systemCalls;
    const int error =
        ::pthread_cond_clockwait(&m_shared.changed[indexOf(side)], &m_shared.mutex, CLOCK_MONOTONIC, &moment);
    if (error == EOWNERDEAD)
        require(::pthread_mutex_consistent(&m_shared.mutex), "pthread_mutex_consistent");
    else if (error != 0 && error != ETIMEDOUT)
        throwSystemError(error, "pthread_cond_clockwait");
    return error == ETIMEDOUT ? error : 0;
}

Outcome RobustMutex::awaitChange(Side side, Deadline deadline)
{
    if (!m_waitsLong) {
        m_waitsLong = waitUntil(side, soonerOf(deadline)) == ETIMEDOUT;
        return Outcome::Done; // with the mutex, whatever came: the caller looks again
    }
    const DeferredSignals signals;
    m_counts.systemCalls += DeferredSignals::systemCalls;
    m_waitsLong = waitUntil(side, toTimespec(deadline.moment())) == ETIMEDOUT;
    if (!m_waitsLong)
        return Outcome::Done;
    release();
    return signals.haveCome() ? Outcome::Interrupted : Outcome::TimedOut;
}

} // namespace ipclab
