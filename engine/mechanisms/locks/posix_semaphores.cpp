#include "engine/mechanisms/locks/posix_semaphores.h"

#include "engine/base/failure.h"

namespace ipclab {

void PosixSemaphores::prepare(LockPlace& place, std::int64_t slots)
{
    constexpr int betweenProcesses = 1;
    sem_t* semaphores = place.as<Shared>().semaphores;
    check(::sem_init(&semaphores[indexOf(SemaphoreRole::Mutex)], betweenProcesses, 1), "sem_init");
    check(::sem_init(&semaphores[indexOf(SemaphoreRole::Empty)], betweenProcesses,
                     static_cast<unsigned>(slots)),
          "sem_init");
    check(::sem_init(&semaphores[indexOf(SemaphoreRole::Filled)], betweenProcesses, 0), "sem_init");
}

Outcome PosixSemaphores::take(SemaphoreRole role, Deadline deadline)
{
    sem_t* semaphore = &m_semaphores[indexOf(role)];
    if (::sem_trywait(semaphore) == 0) [[likely]]
        return Outcome::Done;
    if (deadline.isImmediate())
        return Outcome::WouldBlock;
    ++m_counts.systemCalls;
    const timespec moment = toTimespec(deadline.moment());
    if (::sem_clockwait(semaphore, CLOCK_MONOTONIC, &moment) == 0)
        return Outcome::Done;
    switch (errno) {
    case ETIMEDOUT:
        return Outcome::TimedOut;
    case EINTR:
        return Outcome::Interrupted;
    default:
        throwSystemError("sem_clockwait");
    }
}

void PosixSemaphores::give(SemaphoreRole role)
{
    check(::sem_post(&m_semaphores[indexOf(role)]), "sem_post");
}

void PosixSemaphores::set(SemaphoreRole role, std::int64_t value)
{
    while (::sem_trywait(&m_semaphores[indexOf(role)]) == 0) {
    }
    for (std::int64_t i = 0; i < value; ++i)
        give(role);
}

} // namespace ipclab
