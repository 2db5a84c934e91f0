#pragma once

#include "engine/mechanisms/locks/semaphore_guard.h"

#include <semaphore.h>

namespace ipclab {

/// Three unnamed POSIX semaphores in shared memory (sem_init(3), sem_overview(7)). Taking and giving are one
/// instruction each while nobody waits. Anybody may give, so nobody holds one, and the kernel cannot know
/// what a process that died would have given back. Whether sem_post(3) has woken somebody, by a system call,
/// it does not tell: such calls are not counted.
class PosixSemaphores final {
public:
    static void prepare(LockPlace& place, std::int64_t slots);

    explicit PosixSemaphores(const GuardRequest& request)
        : m_semaphores(request.place.as<Shared>().semaphores), m_counts(request.counts)
    {
    }

    Outcome take(SemaphoreRole role, Deadline deadline);
    void give(SemaphoreRole role);
    void set(SemaphoreRole role, std::int64_t value);

private:
    struct Shared {
        sem_t semaphores[semaphoreCount];
    };

    sem_t* m_semaphores;
    TransferCounts& m_counts;
};

} // namespace ipclab
