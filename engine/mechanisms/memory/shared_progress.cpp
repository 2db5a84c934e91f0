#include "engine/mechanisms/memory/shared_progress.h"

#include "engine/mechanisms/waits/futex.h"
#include "engine/mechanisms/waits/waiting.h"

#include <bit>

namespace ipclab {

namespace {

constexpr std::uint64_t noAlarm = ~std::uint64_t{0};

/// A futex has 32 bits: those who sleep on an alarm sleep on its low half.
FutexWord& lowHalf(SharedCounter& alarm)
{
    static_assert(std::endian::native == std::endian::little);
    return reinterpret_cast<FutexWord&>(alarm);
}

} // namespace

OptionSpec wakeOption()
{
    return {.id = "wake",
            .label = "Wake by",
            .help = "What wakes a worker that sleeps. A futex is a word in the shared memory and costs a "
                    "call only if somebody sleeps; an eventfd can be polled together with other "
                    "descriptors, and is taken where workers poll. Where they spin, nobody is woken.",
            .kind = OptionKind::Choice,
            .initial = "futex",
            .choices = {{"futex", "Futex", "futex(2) on a word in the shared memory"},
                        {"eventfd", "Eventfd", "eventfd(2), one for each direction"}}};
}

Waking wakingFor(const Options& options, Wait wait)
{
    if (wait == Wait::Spin)
        return Waking::Nobody;
    if (wait == Wait::Poll)
        return Waking::PolledEventFd;
    return options.text("wake") == "eventfd" ? Waking::EventFd : Waking::Futex;
}

EffectiveSetting wakeSetting(const Options& options, Wait wait)
{
    EffectiveSetting setting{"wake", "Wake by", options.text("wake"), {}};
    switch (wakingFor(options, wait)) {
    case Waking::Nobody:
        setting.effective = "nothing, for both ends spin";
        break;
    case Waking::Futex:
        setting.effective = "futex";
        break;
    case Waking::EventFd:
    case Waking::PolledEventFd:
        setting.effective = "eventfd";
        break;
    }
    return setting;
}

void ProgressWriter::wake()
{
    // Switched off first, so that one sleep is ended by one call however long the peer takes to wake up.
    m_shared.alarm.store(noAlarm, std::memory_order_relaxed);
    if (usesBells(m_waking))
        m_bell.ring();
    else
        futexWake(lowHalf(m_shared.alarm));
    ++m_counts.systemCalls;
    ++m_counts.wakeUps;
}

ProgressWatcher::ProgressWatcher(SharedProgress& shared, Waking waking, const EventBell& bell,
                                 TransferCounts& counts)
    : m_shared(shared), m_waking(waking), m_bell(bell), m_counts(counts)
{
    m_shared.alarm.store(noAlarm, std::memory_order_relaxed);
}

Outcome ProgressWatcher::sleep(std::uint64_t goal, Deadline deadline)
{
    while (count() < goal)
        if (const Outcome outcome = sleepOnce(goal, deadline); outcome != Outcome::Done)
            return outcome;
    return Outcome::Done;
}

Outcome ProgressWatcher::sleepOnce(std::uint64_t goal, Deadline deadline)
{
    switch (m_waking) {
    case Waking::Futex:
        return sleepByFutex(goal, deadline);
    case Waking::EventFd:
    case Waking::PolledEventFd:
        return sleepByBell(goal, deadline);
    case Waking::Nobody:
        break;
    }
    ++m_counts.systemCalls;
    return nap(deadline);
}

bool ProgressWatcher::setAlarm(std::uint64_t goal)
{
    m_shared.alarm.store(goal, std::memory_order_seq_cst);
    return m_shared.count.load(std::memory_order_seq_cst) < goal;
}

Outcome ProgressWatcher::sleepByFutex(std::uint64_t goal, Deadline deadline)
{
    Outcome outcome = Outcome::Done;
    if (setAlarm(goal)) {
        ++m_counts.systemCalls;
        outcome = futexWait(lowHalf(m_shared.alarm), static_cast<std::uint32_t>(goal), deadline);
    }
    m_shared.alarm.store(noAlarm, std::memory_order_relaxed);
    return outcome;
}

Outcome ProgressWatcher::sleepByBell(std::uint64_t goal, Deadline deadline)
{
    if (m_mayHaveRung) {
        m_bell.hush();
        ++m_counts.systemCalls;
    }
    // A peer that has seen the alarm may ring after it was switched off: that costs one look for nothing.
    m_mayHaveRung = true;
    const bool mustWait = setAlarm(goal);
    if (mustWait && deadline.isImmediate())
        return Outcome::WouldBlock; // and the caller polls
    Outcome outcome = Outcome::Done;
    if (mustWait) {
        ++m_counts.systemCalls;
        outcome = m_bell.hear(deadline);
        m_mayHaveRung = outcome != Outcome::Done;
    }
    m_shared.alarm.store(noAlarm, std::memory_order_relaxed);
    return outcome;
}

} // namespace ipclab
