#pragma once

#include "engine/mechanisms/locks/lock_request.h"

namespace ipclab {

/// The three semaphores of Dijkstra's bounded buffer.
enum class SemaphoreRole : std::uint32_t {
    Mutex,  ///< 1 when nobody is inside
    Empty,  ///< slots without a message
    Filled, ///< slots with one
};
inline constexpr std::size_t semaphoreCount = 3;

constexpr std::size_t indexOf(SemaphoreRole role)
{
    return static_cast<std::size_t>(role);
}

/// What a side takes one of before it goes inside, and what it gives the other side one of.
constexpr SemaphoreRole takenBy(Side side)
{
    return side == Side::Sender ? SemaphoreRole::Empty : SemaphoreRole::Filled;
}
constexpr SemaphoreRole givenBy(Side side)
{
    return takenBy(otherThan(side));
}

/// The guard of three semaphores, as in every textbook: take a slot of one's kind, then the mutex; release
/// the mutex, then give a slot of the other kind. A set of semaphores is
///
///     Outcome take(SemaphoreRole, Deadline)
///     void give(SemaphoreRole)
///     void set(SemaphoreRole, std::int64_t)  nobody else uses it now
template <typename Semaphores>
class SemaphoreGuard final {
public:
    explicit SemaphoreGuard(const GuardRequest& request) : m_semaphores(request), m_slots(request.slots) {}

    Outcome enter(Side side, Deadline deadline)
    {
        if (!m_hasTaken) {
            if (const Outcome outcome = m_semaphores.take(takenBy(side), deadline); outcome != Outcome::Done)
                return outcome;
            m_hasTaken = true;
        }
        const Outcome outcome = m_semaphores.take(SemaphoreRole::Mutex, deadline);
        if (outcome == Outcome::Done)
            m_hasTaken = false;
        return outcome;
    }

    Outcome reenter(Deadline deadline) { return m_semaphores.take(SemaphoreRole::Mutex, deadline); }
    void leave() { m_semaphores.give(SemaphoreRole::Mutex); }

    void handOver(Side side)
    {
        m_semaphores.give(SemaphoreRole::Mutex);
        m_semaphores.give(givenBy(side));
    }

    void forget() { m_hasTaken = false; }
    void reconcile(const SlotLedger& ledger)
    {
        m_semaphores.set(SemaphoreRole::Filled, ledger.filled);
        m_semaphores.set(SemaphoreRole::Empty, m_slots - ledger.filled);
    }
    void recover(Side) {}

private:
    Semaphores m_semaphores;
    std::int64_t m_slots;
    bool m_hasTaken = false; ///< a slot of our kind, but not yet the mutex
};

} // namespace ipclab
