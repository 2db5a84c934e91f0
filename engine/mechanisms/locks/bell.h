#pragma once

#include "engine/mechanisms/locks/slot_ledger.h"
#include "engine/mechanisms/waits/futex.h"

namespace ipclab {

/// What one side sleeps on until the other has changed something (futex(2)). Both words are changed under a
/// lock only. Of several senders that sleep all are woken: who finds no slot sleeps again.
struct Bell {
    FutexWord rings;
    std::atomic<std::uint32_t> isAwaited;

    /// Under the lock, before it is released to sleep: what sleep() has to be told.
    std::uint32_t await()
    {
        isAwaited.store(1, std::memory_order_relaxed);
        return rings.load(std::memory_order_relaxed);
    }
    /// After the release: Done when it has rung since await().
    Outcome sleep(std::uint32_t rung, Deadline deadline) { return futexWait(rings, rung, deadline); }

    /// Under the lock: whether somebody sleeps and wake() is to be called after the release.
    bool ring()
    {
        if (isAwaited.load(std::memory_order_relaxed) == 0) [[likely]]
            return false;
        isAwaited.store(0, std::memory_order_relaxed);
        rings.store(rings.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        return true;
    }
    void wake() { futexWakeAll(rings); }
};

/// One for each side.
struct Bells {
    Bell of[2];
    Bell& operator[](Side side) { return of[indexOf(side)]; }
};

/// The sleeping half of a lock that has acquire() and release(), by bells.
template <typename Lock>
void releaseAndRing(Lock& lock, Bell& bell, TransferCounts& counts)
{
    const bool isAwaited = bell.ring();
    lock.release();
    if (!isAwaited) [[likely]]
        return;
    bell.wake();
    ++counts.systemCalls;
    ++counts.wakeUps;
}

template <typename Lock>
Outcome sleepOn(Bell& bell, Lock& lock, Deadline deadline, TransferCounts& counts)
{
    const std::uint32_t rung = bell.await();
    lock.release();
    ++counts.systemCalls;
    const Outcome outcome = bell.sleep(rung, deadline);
    return outcome == Outcome::Done ? lock.acquire(deadline) : outcome;
}

} // namespace ipclab
