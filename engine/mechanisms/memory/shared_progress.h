#pragma once

#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/waits/event_bell.h"

#include <atomic>
#include <cstdint>

namespace ipclab {

// How two processes tell each other over shared memory how far they have come, and how one sleeps until the
// other has come far enough. The kernel is asked only if somebody sleeps.

/// Two lines: the processor fetches lines in pairs.
inline constexpr std::size_t lineSeparation = 128;

using SharedCounter = std::atomic<std::uint64_t>;
static_assert(SharedCounter::is_always_lock_free);

/// One side's count of what it has done, written by that side only, and at which count the other side, which
/// sleeps, wants to be woken. All zero bytes are a new one.
struct SharedProgress {
    alignas(lineSeparation) SharedCounter count;
    SharedCounter note; ///< whatever the same side wants to travel with the count
    alignas(lineSeparation) SharedCounter alarm;
};

/// What wakes those who sleep.
enum class Waking {
    Nobody, ///< both sides spin; where one waits after all, it looks every 50 µs
    Futex,
    EventFd,
    PolledEventFd, ///< and its caller sleeps in poll(2)
};
constexpr bool usesBells(Waking waking)
{
    return waking == Waking::EventFd || waking == Waking::PolledEventFd;
}

/// The option "wake".
OptionSpec wakeOption();
/// What it comes to: nobody is woken where both spin, and only an eventfd can be polled.
Waking wakingFor(const Options& options, Wait wait);
EffectiveSetting wakeSetting(const Options& options, Wait wait);

/// The side that counts.
class ProgressWriter final {
public:
    /// `bell` is what the other side hears, where the way is an eventfd. What it is given by reference
    /// outlives it.
    ProgressWriter(SharedProgress& shared, Waking waking, const EventBell& bell, TransferCounts& counts)
        : m_shared(shared), m_waking(waking), m_bell(bell), m_counts(counts)
    {
    }

    /// Hot path. Everything written before shows to whoever sees the new count. If everybody spins there is
    /// nobody to wake, and a plain store is enough; else the store must not pass the look at the alarm, which
    /// is what sequential consistency costs.
    void publish(std::uint64_t count)
    {
        if (m_waking == Waking::Nobody) {
            m_shared.count.store(count, std::memory_order_release);
            return;
        }
        m_shared.count.store(count, std::memory_order_seq_cst);
        if (count >= m_shared.alarm.load(std::memory_order_seq_cst)) [[unlikely]]
            wake();
    }

    /// Travels with the next publish().
    void note(std::uint64_t value) { m_shared.note.store(value, std::memory_order_relaxed); }
    std::uint64_t note() const { return m_shared.note.load(std::memory_order_relaxed); }

private:
    void wake();

    SharedProgress& m_shared;
    const Waking m_waking;
    const EventBell& m_bell;
    TransferCounts& m_counts;
};

/// The side that looks how far the other has come.
class ProgressWatcher final {
public:
    /// As above; `bell` is what this side hears. With Waking::PolledEventFd an attempt that would block
    /// leaves the alarm set, so that the bell can be polled for POLLIN.
    ProgressWatcher(SharedProgress& shared, Waking waking, const EventBell& bell, TransferCounts& counts);

    std::uint64_t count() const { return m_shared.count.load(std::memory_order_acquire); }
    std::uint64_t note() const { return m_shared.note.load(std::memory_order_relaxed); }

    /// Waits until the count has come to `goal`.
    Outcome waitFor(std::uint64_t goal, Deadline deadline)
    {
        if (count() >= goal)
            return Outcome::Done;
        const bool goesOnAtOnce = deadline.isImmediate() && m_waking != Waking::PolledEventFd;
        return goesOnAtOnce ? Outcome::WouldBlock : sleep(goal, deadline);
    }

    int pollDescriptor() const { return m_bell.descriptor().get(); }

private:
    Outcome sleep(std::uint64_t goal, Deadline deadline);
    Outcome sleepOnce(std::uint64_t goal, Deadline deadline);
    Outcome sleepByFutex(std::uint64_t goal, Deadline deadline);
    Outcome sleepByBell(std::uint64_t goal, Deadline deadline);
    /// Sets the alarm; false if there is no need, for the count has come meanwhile.
    bool setAlarm(std::uint64_t goal);

    SharedProgress& m_shared;
    const Waking m_waking;
    const EventBell& m_bell;
    TransferCounts& m_counts;
    bool m_mayHaveRung = false; ///< the alarm was set and the bell not heard since
};

} // namespace ipclab
