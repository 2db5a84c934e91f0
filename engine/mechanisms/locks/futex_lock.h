#pragma once

#include "engine/mechanisms/locks/bell.h"
#include "engine/mechanisms/locks/lock_request.h"

namespace ipclab {

/// A mutex of one word, the second of Drepper's "Futexes are tricky" (2011): 0 free, 1 taken, 2 taken and
/// perhaps somebody sleeps. Without contention taking and releasing it are one instruction each; only who
/// leaves a 2 makes a system call. Nobody notices when its holder dies.
class FutexLock final {
public:
    static void prepare(LockPlace&) {}

    explicit FutexLock(const GuardRequest& request)
        : m_shared(request.place.as<Shared>()), m_counts(request.counts)
    {
    }

    Outcome acquire(Deadline deadline)
    {
        std::uint32_t state = Free;
        if (m_shared.word.compare_exchange_strong(state, Taken, std::memory_order_acquire)) [[likely]]
            return Outcome::Done;
        if (deadline.isImmediate())
            return Outcome::WouldBlock;
        while (m_shared.word.exchange(Contended, std::memory_order_acquire) != Free) {
            ++m_counts.systemCalls;
            if (const Outcome outcome = futexWait(m_shared.word, Contended, deadline);
                outcome != Outcome::Done)
                return outcome;
        }
        return Outcome::Done;
    }

    void release()
    {
        if (m_shared.word.exchange(Free, std::memory_order_release) == Contended) [[unlikely]] {
            futexWake(m_shared.word);
            ++m_counts.systemCalls;
            ++m_counts.wakeUps;
        }
    }

    void releaseAndWake(Side side) { releaseAndRing(*this, m_shared.bells[side], m_counts); }
    Outcome awaitChange(Side side, Deadline deadline)
    {
        return sleepOn(m_shared.bells[side], *this, deadline, m_counts);
    }

private:
    enum State : std::uint32_t { Free, Taken, Contended };
    struct Shared {
        FutexWord word;
        alignas(128) Bells bells;
    };

    Shared& m_shared;
    TransferCounts& m_counts;
};

} // namespace ipclab
