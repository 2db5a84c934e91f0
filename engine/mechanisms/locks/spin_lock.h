#pragma once

#include "engine/base/relax_core.h"
#include "engine/mechanisms/locks/lock_request.h"
#include "engine/mechanisms/waits/waiting.h"

#include <sched.h>

#include <atomic>

namespace ipclab {

/// A spin lock, test and test-and-set: it looks without writing, so that the line stays shared, and only
/// tries once the lock looks free. A holder that has lost its core cannot let go, and two spinners on one
/// core would wait out each other's time slices; so after some tries the core is given away (sched_yield(2)),
/// and after many the process sleeps. Nobody wakes anybody: a side that has no slot naps and looks again.
class SpinLock final {
public:
    static void prepare(LockPlace&) {}

    explicit SpinLock(const GuardRequest& request)
        : m_word(request.place.as<std::atomic<std::uint32_t>>()), m_counts(request.counts)
    {
    }

    Outcome acquire(Deadline deadline)
    {
        while (!tryForAWhile()) {
            if (deadline.isImmediate())
                return Outcome::WouldBlock;
            if (const Outcome outcome = rest(m_roundsForLock, deadline); outcome != Outcome::Done)
                return outcome;
        }
        m_roundsForLock = 0;
        return Outcome::Done;
    }

    void release() { m_word.store(0, std::memory_order_release); }
    void releaseAndWake(Side)
    {
        release();
        m_roundsForSlot = 0;
    }

    Outcome awaitChange(Side, Deadline deadline)
    {
        release();
        const Outcome outcome = rest(m_roundsForSlot, deadline);
        return outcome == Outcome::Done ? acquire(deadline) : outcome;
    }

private:
    static constexpr int triesPerRound = 200;
    static constexpr int roundsBeforeSleep = 16;

    Outcome rest(int& rounds, Deadline deadline)
    {
        ++m_counts.systemCalls;
        if (rounds >= roundsBeforeSleep)
            return nap(deadline);
        ++rounds;
        ::sched_yield(); // on a busy machine for longer than the whole wait may last
        const bool isOver = !deadline.isNever() && deadline.remaining() == Nanoseconds::zero();
        return isOver ? Outcome::TimedOut : Outcome::Done;
    }

    bool tryForAWhile()
    {
        for (int i = 0; i < triesPerRound; ++i) {
            if (m_word.load(std::memory_order_relaxed) == 0 &&
                m_word.exchange(1, std::memory_order_acquire) == 0)
                return true;
            relaxCore();
        }
        return false;
    }

    std::atomic<std::uint32_t>& m_word;
    TransferCounts& m_counts;
    int m_roundsForLock = 0; ///< of waiting for it, since it was had
    int m_roundsForSlot = 0; ///< likewise
};

} // namespace ipclab
