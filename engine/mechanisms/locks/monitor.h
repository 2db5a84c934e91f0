#pragma once

#include "engine/mechanisms/locks/lock_request.h"

namespace ipclab {

/// The guard of a lock together with a way to sleep until the other side has changed something, as Hoare's
/// monitors have it: take the lock, look at the count, sleep if there is nothing to do, look again. A lock is
///
///     Outcome acquire(Deadline)
///     void release()
///     void releaseAndWake(Side)           the side may be asleep in awaitChange()
///     Outcome awaitChange(Side, Deadline) releases, sleeps, acquires; anything but Done: not acquired
template <typename Lock>
class Monitor final {
public:
    explicit Monitor(const GuardRequest& request)
        : m_lock(request), m_ledger(request.ledger), m_slots(request.slots)
    {
    }

    Outcome enter(Side side, Deadline deadline)
    {
        Outcome outcome = m_lock.acquire(deadline);
        while (outcome == Outcome::Done && !m_ledger.mayGo(side, m_slots)) {
            if (deadline.isImmediate()) {
                m_lock.release();
                return Outcome::WouldBlock;
            }
            outcome = m_lock.awaitChange(side, deadline);
        }
        return outcome;
    }

    Outcome reenter(Deadline deadline) { return m_lock.acquire(deadline); }
    void leave() { m_lock.release(); }
    void handOver(Side side) { m_lock.releaseAndWake(otherThan(side)); }
    void forget() {}
    void reconcile(const SlotLedger&) {}
    void recover(Side) {}

private:
    Lock m_lock;
    SlotLedger& m_ledger;
    std::int64_t m_slots;
};

} // namespace ipclab
