#include "engine/mechanisms/locks/system_v_semaphores.h"

#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/mechanisms/kernel_object.h"

#include <fmt/format.h>
#include <sys/sem.h>

#include <algorithm>
#include <array>
#include <string>

namespace ipclab {

namespace {

/// semctl(2): whoever calls it has to define it.
union SemaphoreArgument {
    int value;
    semid_ds* status;
    unsigned short* values;
};

sembuf operation(SemaphoreRole role, int change, int flags)
{
    return {static_cast<unsigned short>(role), static_cast<short>(change), static_cast<short>(flags)};
}

void setValue(int id, SemaphoreRole role, std::int64_t value)
{
    const SemaphoreArgument argument{.value = static_cast<int>(value)};
    check(::semctl(id, static_cast<int>(role), SETVAL, argument), "semctl(SETVAL)");
}

FailureError explainLimit(const std::system_error& error)
{
    Failure failure = explain(error, "make a set of three System V semaphores");
    if (error.code().value() != ENOSPC)
        return FailureError(failure);
    std::string limits = readSmallFile("/proc/sys/kernel/sem");
    std::ranges::replace(limits, '\t', ' ');
    while (limits.ends_with('\n'))
        limits.pop_back();
    failure.reason =
        fmt::format("the system has as many semaphores or sets of them as kernel.sem allows ({}: per "
                    "set, in all, per call, sets)",
                    limits);
    failure.hint =
        "See who has them with ipcs -s, remove what this program left with ipclab-cli clean, or let root "
        "raise the limit: sysctl kernel.sem=\"32000 1024000000 500 32000\"";
    return FailureError(failure);
}

/// What a call on the set came to. The set is gone when the supervisor has ended the run.
Outcome outcomeOfFailure(Deadline deadline)
{
    switch (errno) {
    case EAGAIN:
        return deadline.isImmediate() ? Outcome::WouldBlock : Outcome::TimedOut;
    case EINTR:
        return Outcome::Interrupted;
    case EIDRM:
    case EINVAL:
        return Outcome::PeerClosed;
    default:
        throwSystemError("semtimedop");
    }
}

template <std::size_t Count>
Outcome take(int id, std::array<sembuf, Count> operations, Deadline deadline)
{
    if (deadline.isImmediate())
        for (sembuf& each : operations)
            each.sem_flg = static_cast<short>(each.sem_flg | IPC_NOWAIT);
    const timespec left = deadline.isImmediate() ? timespec{} : toTimespec(deadline.remaining());
    if (::semtimedop(id, operations.data(), Count, deadline.isImmediate() ? nullptr : &left) == 0) [[likely]]
        return Outcome::Done;
    return outcomeOfFailure(deadline);
}

template <std::size_t Count>
void give(int id, std::array<sembuf, Count> operations)
{
    // The set is gone when the supervisor has ended the run: nobody is left to take anything.
    if (::semop(id, operations.data(), Count) != 0 && errno != EIDRM && errno != EINVAL)
        throwSystemError("semop");
}

template <Undo undo>
constexpr int mutexFlags = undo == Undo::Yes ? SEM_UNDO : 0;

} // namespace

SystemVSemaphoreSet::SystemVSemaphoreSet(LockPlace& place, std::int64_t slots, NameJournal& journal)
    : m_name(journal, {NameKind::SystemVSemaphore, journal.freshKey()})
{
    try {
        m_id = check(::semget(keyFrom(m_name.name()), semaphoreCount, IPC_CREAT | IPC_EXCL | 0600), "semget");
        std::array<unsigned short, semaphoreCount> values{1, static_cast<unsigned short>(slots), 0};
        check(::semctl(m_id, 0, SETALL, SemaphoreArgument{.values = values.data()}), "semctl(SETALL)");
    } catch (const std::system_error& error) {
        throw explainLimit(error);
    }
    place.as<SystemVGuard<Undo::No>::Shared>().id = m_id;
}

KernelObject SystemVSemaphoreSet::object() const
{
    semid_ds status{};
    check(::semctl(m_id, 0, IPC_STAT, SemaphoreArgument{.status = &status}), "semctl(IPC_STAT)");
    return objectOf("System V semaphore set", m_id, status.sem_perm);
}

template <Undo undo>
SystemVGuard<undo>::SystemVGuard(const GuardRequest& request)
    : m_id(request.place.as<Shared>().id), m_ledger(request.ledger), m_slots(request.slots),
      m_counts(request.counts)
{
}

template <Undo undo>
Outcome SystemVGuard<undo>::enter(Side side, Deadline deadline)
{
    ++m_counts.systemCalls;
    return take(
        m_id,
        std::array{operation(takenBy(side), -1, 0), operation(SemaphoreRole::Mutex, -1, mutexFlags<undo>)},
        deadline);
}

template <Undo undo>
Outcome SystemVGuard<undo>::reenter(Deadline deadline)
{
    ++m_counts.systemCalls;
    return take(m_id, std::array{operation(SemaphoreRole::Mutex, -1, mutexFlags<undo>)}, deadline);
}

template <Undo undo>
void SystemVGuard<undo>::leave()
{
    ++m_counts.systemCalls;
    give(m_id, std::array{operation(SemaphoreRole::Mutex, 1, mutexFlags<undo>)});
}

template <Undo undo>
void SystemVGuard<undo>::handOver(Side side)
{
    ++m_counts.systemCalls;
    give(m_id,
         std::array{operation(SemaphoreRole::Mutex, 1, mutexFlags<undo>), operation(givenBy(side), 1, 0)});
}

template <Undo undo>
void SystemVGuard<undo>::reconcile(const SlotLedger& ledger)
{
    setValue(m_id, SemaphoreRole::Filled, ledger.filled);
    setValue(m_id, SemaphoreRole::Empty, m_slots - ledger.filled);
}

/// This side has taken one already.
template <Undo undo>
void SystemVGuard<undo>::recover(Side side)
{
    const std::int64_t filled = m_ledger.filled;
    const bool isReceiver = side == Side::Receiver;
    setValue(m_id, SemaphoreRole::Filled, std::max<std::int64_t>(filled - (isReceiver ? 1 : 0), 0));
    setValue(m_id, SemaphoreRole::Empty, std::max<std::int64_t>(m_slots - filled - (isReceiver ? 0 : 1), 0));
}

template class SystemVGuard<Undo::No>;
template class SystemVGuard<Undo::Yes>;

} // namespace ipclab
