#pragma once

#include "engine/mechanisms/locks/bell.h"
#include "engine/mechanisms/locks/lock_request.h"

#include <pthread.h>

namespace ipclab {

/// A mutex of the C library in shared memory (pthread_mutexattr_setpshared(3)); a side without a slot sleeps
/// on a futex. Not on a condition variable: that takes the mutex again before it returns, for as long as it
/// takes, and so a process whose peer died with the mutex could not even be told to leave. Whether unlocking
/// has woken somebody, by a system call, the C library does not tell: such calls are not counted.
class PthreadMutex {
public:
    static void prepare(LockPlace& place);

    explicit PthreadMutex(const GuardRequest& request)
        : m_shared(request.place.as<Shared>()), m_counts(request.counts)
    {
    }

    Outcome acquire(Deadline deadline);
    void release() { ::pthread_mutex_unlock(&m_shared.mutex); }
    void releaseAndWake(Side side) { releaseAndRing(*this, m_shared.bells[side], m_counts); }
    Outcome awaitChange(Side side, Deadline deadline)
    {
        return sleepOn(m_shared.bells[side], *this, deadline, m_counts);
    }

protected:
    static void prepare(LockPlace& place, int robustness);

private:
    struct Shared {
        pthread_mutex_t mutex;
        alignas(128) Bells bells;
    };

    Shared& m_shared;
    TransferCounts& m_counts;
};

/// A robust one (pthread_mutexattr_setrobust(3)). The kernel keeps a list of the robust mutexes that a
/// process holds; when it dies with one, whoever takes it next gets EOWNERDEAD: it has the mutex and must see
/// to the data (SlotLedger::inside) before others may go on. No condition variable could be had with it:
/// there are no robust ones, and a process that dies inside pthread_cond_signal(3) leaves everybody else
/// waiting inside it.
class RobustMutex final : public PthreadMutex {
public:
    using PthreadMutex::PthreadMutex;

    static void prepare(LockPlace& place);
};

} // namespace ipclab
