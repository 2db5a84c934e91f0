#pragma once

#include "engine/base/name_journal.h"
#include "engine/mechanisms/locks/semaphore_guard.h"
#include "engine/mechanisms/mechanism.h"

namespace ipclab {

/// Whether the kernel gives a mutex back that a process holds when it dies (SEM_UNDO).
enum class Undo { No, Yes };

/// The supervisor's side of a set of three System V semaphores: a key and an id that outlive all processes
/// until somebody removes them, which the destructor does.
class SystemVSemaphoreSet final {
public:
    /// Leaves the id in `place`. Throws FailureError with the limit that was met.
    SystemVSemaphoreSet(LockPlace& place, std::int64_t slots, NameJournal& journal);

    KernelObject object() const;

private:
    JournaledName m_name;
    int m_id = -1;
};

/// The guard of such a set (semop(2)). One system call can change several semaphores, and does so all at once
/// or not at all: taking a slot and the mutex is one, and so is giving both. Each message costs two on each
/// side even if nobody ever waits. With SEM_UNDO the mutex of a holder that died is given back; whether the
/// data is whole nobody tells, so SlotLedger::inside does.
template <Undo undo>
class SystemVGuard final {
public:
    explicit SystemVGuard(const GuardRequest& request);

    Outcome enter(Side side, Deadline deadline);
    Outcome reenter(Deadline deadline);
    void leave();
    void handOver(Side side);
    void forget() {}
    void reconcile(const SlotLedger& ledger);
    void recover(Side side);

private:
    struct Shared {
        int id;
    };
    friend class SystemVSemaphoreSet;

    int m_id;
    SlotLedger& m_ledger;
    std::int64_t m_slots;
    TransferCounts& m_counts;
};

extern template class SystemVGuard<Undo::No>;
extern template class SystemVGuard<Undo::Yes>;

} // namespace ipclab
