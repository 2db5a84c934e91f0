#include "engine/mechanisms/locks/lock_kind.h"

#include "engine/mechanisms/locks/eventfd_semaphores.h"
#include "engine/mechanisms/locks/futex_lock.h"
#include "engine/mechanisms/locks/monitor.h"
#include "engine/mechanisms/locks/posix_semaphores.h"
#include "engine/mechanisms/locks/pthread_locks.h"
#include "engine/mechanisms/locks/slot_receivers.h"
#include "engine/mechanisms/locks/slot_senders.h"
#include "engine/mechanisms/locks/spin_lock.h"

#include <algorithm>

namespace ipclab {

namespace {

template <typename Guard>
std::unique_ptr<Endpoint> joinWith(Seat seat, Invitation invitation, const JoinRequest& request)
{
    const bool copies = request.options.text("copy") == "inside";
    const bool sends = seat.end == ChannelEnd::Sender;
    if (sends && copies)
        return std::make_unique<CopyingSlotSender<Guard>>(seat, std::move(invitation), request);
    if (sends)
        return std::make_unique<LendingSlotSender<Guard>>(seat, std::move(invitation), request);
    if (copies)
        return std::make_unique<CopyingSlotReceiver<Guard>>(seat, std::move(invitation), request);
    return std::make_unique<LendingSlotReceiver<Guard>>(seat, std::move(invitation), request);
}

using Objects = LockKind::Objects;

template <typename Lock>
Objects prepareLock(LockPlace& place, std::int64_t, NameJournal&)
{
    Lock::prepare(place);
    return {};
}

Objects preparePosix(LockPlace& place, std::int64_t slots, NameJournal&)
{
    PosixSemaphores::prepare(place, slots);
    return {};
}

Objects prepareSystemV(LockPlace& place, std::int64_t slots, NameJournal& journal)
{
    Objects objects;
    objects.semaphores.emplace(place, slots, journal);
    return objects;
}

Objects prepareEventfds(LockPlace&, std::int64_t slots, NameJournal&)
{
    return {.semaphores = {}, .descriptors = EventfdSemaphores::create(slots)};
}

std::vector<LockKind> makeLockKinds()
{
    return {
        {.id = "mutex",
         .title = "mutex",
         .help = "pthread mutex between processes; whoever has no slot sleeps on a futex",
         .prepare = &prepareLock<PthreadMutex>,
         .join = &joinWith<Monitor<PthreadMutex>>},
        {.id = "none",
         .title = "none",
         .help = "nobody is kept out: records get torn, updates lost, slots read twice",
         .isOn = false,
         .prepare = &prepareLock<SpinLock>,
         .join = &joinWith<Monitor<SpinLock>>},
        {.id = "spin",
         .title = "spin lock",
         .help = "tries again and again; gives the core away after some tries, for its holder may need it",
         .prepare = &prepareLock<SpinLock>,
         .join = &joinWith<Monitor<SpinLock>>},
        {.id = "robust",
         .title = "robust mutex",
         .help = "when its holder dies the next one to take it is told and mends the buffer; waits are on a "
                 "futex",
         .freedBy = "the next one to take the mutex gets it with EOWNERDEAD",
         .prepare = &prepareLock<RobustMutex>,
         .join = &joinWith<Monitor<RobustMutex>>},
        {.id = "posix_semaphore",
         .title = "POSIX semaphores",
         .help = "the textbook's three: mutex, empty slots, filled slots",
         .countsSlots = true,
         .prepare = &preparePosix,
         .join = &joinWith<SemaphoreGuard<PosixSemaphores>>},
        {.id = "sysv_semaphore",
         .title = "System V semaphores",
         .help = "the same three as one set: every visit is two system calls",
         .countsSlots = true,
         .prepare = &prepareSystemV,
         .join = &joinWith<SystemVGuard<Undo::No>>},
        {.id = "sysv_semaphore_undo",
         .title = "System V, SEM_UNDO",
         .help = "besides, the kernel gives the mutex back for a process that dies with it",
         .freedBy = "the kernel undoes its semop(2) because of SEM_UNDO",
         .countsSlots = true,
         .prepare = &prepareSystemV,
         .join = &joinWith<SystemVGuard<Undo::Yes>>},
        {.id = "futex",
         .title = "futex",
         .help = "a mutex of one word in three states; a system call only where somebody sleeps",
         .prepare = &prepareLock<FutexLock>,
         .join = &joinWith<Monitor<FutexLock>>},
        {.id = "eventfd",
         .title = "eventfd",
         .help = "the three semaphores as eventfds: a read takes, a write gives, poll(2) can wait",
         .countsSlots = true,
         .prepare = &prepareEventfds,
         .join = &joinWith<SemaphoreGuard<EventfdSemaphores>>},
    };
}

} // namespace

const std::vector<LockKind>& lockKinds()
{
    static const std::vector<LockKind> kinds = makeLockKinds();
    return kinds;
}

const LockKind& lockKind(std::string_view id)
{
    return *std::ranges::find(lockKinds(), id, &LockKind::id);
}

} // namespace ipclab
