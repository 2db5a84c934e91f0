#pragma once

#include "engine/mechanisms/locks/semaphore_guard.h"

#include <vector>

namespace ipclab {

/// Three eventfds in semaphore mode (eventfd(2), EFD_SEMAPHORE): a read takes one, a write gives. Every take
/// and every give is a system call, and their descriptors must be inherited or passed; in exchange poll(2)
/// can wait for them together with anything else.
class EventfdSemaphores final {
public:
    /// For the supervisor: one descriptor for each role, in their order. Throws std::system_error.
    static std::vector<UniqueFd> create(std::int64_t slots);

    explicit EventfdSemaphores(const GuardRequest& request)
        : m_descriptors(request.descriptors), m_counts(request.counts)
    {
    }

    Outcome take(SemaphoreRole role, Deadline deadline);
    void give(SemaphoreRole role) { add(role, 1); }
    void set(SemaphoreRole role, std::int64_t value);

private:
    int descriptor(SemaphoreRole role) const { return m_descriptors[indexOf(role)].get(); }
    bool tryTake(SemaphoreRole role);
    void add(SemaphoreRole role, std::int64_t count);

    std::span<const UniqueFd> m_descriptors;
    TransferCounts& m_counts;
};

} // namespace ipclab
