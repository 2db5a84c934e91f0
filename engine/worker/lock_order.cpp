#include "engine/worker/lock_order.h"

#include "engine/worker/session.h"

namespace ipclab {

namespace {

/// How long the first of two locks is held before the second is wanted: so that another who is told to do the
/// same has his first one by then.
constexpr Nanoseconds betweenLocks = std::chrono::milliseconds(100);
constexpr Nanoseconds betweenLooks = std::chrono::milliseconds(2);
constexpr Nanoseconds longestTry = std::chrono::milliseconds(10);

/// Shows another window in the telemetry page while it lives.
class WindowVisit final {
public:
    WindowVisit(TelemetryWriter& telemetry, Window window)
        : m_telemetry(telemetry), m_before(telemetry.openWindow())
    {
        m_telemetry.enter(window);
    }
    WindowVisit(const WindowVisit&) = delete;
    WindowVisit& operator=(const WindowVisit&) = delete;
    ~WindowVisit() { m_telemetry.enter(m_before); }

private:
    TelemetryWriter& m_telemetry;
    Window m_before;
};

/// The lock of one channel, once it has been taken.
class HeldLock final {
public:
    explicit HeldLock(const Session::End& end) : m_end(end) {}
    HeldLock(const HeldLock&) = delete;
    HeldLock& operator=(const HeldLock&) = delete;
    ~HeldLock()
    {
        if (m_isHeld)
            m_end.endpoint->giveLockBack();
    }

    /// False if the order was taken back meanwhile, or the lock is left out.
    bool take(Session& session)
    {
        const bool sends = m_end.plan->end == ChannelEnd::Sender;
        const WindowVisit visit(session.telemetry(),
                                sends ? Window::WaitingToSend : Window::WaitingToReceive);
        while (isWanted(session)) {
            const Outcome outcome = m_end.endpoint->takeLock(Deadline::after(longestTry));
            if (outcome == Outcome::WouldBlock)
                return false;
            m_isHeld = outcome == Outcome::Done;
            if (m_isHeld)
                return true;
        }
        return false;
    }

    static bool isWanted(Session& session)
    {
        session.lookUp();
        return session.orders().locks.load(std::memory_order_acquire) != LockOrder::None &&
               !session.mustLeave();
    }

private:
    const Session::End m_end;
    bool m_isHeld = false;
};

void keepUntil(Nanoseconds moment, Session& session)
{
    const WindowVisit visit(session.telemetry(), Window::Pacing);
    const timespec pause = toTimespec(betweenLooks);
    while (now() < moment && HeldLock::isWanted(session))
        ::clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
}

LockGrip takeAndGiveBack(Session& session)
{
    WorkerOrders& orders = session.orders();
    const bool wantsBoth = orders.locks.load(std::memory_order_acquire) == LockOrder::TakeBoth;
    HeldLock first(session.sendingEnd());
    if (!first.take(session))
        return LockGrip::None;
    orders.grip.store(LockGrip::One, std::memory_order_release);
    keepUntil(wantsBoth ? now() + betweenLocks : Nanoseconds::max(), session);
    if (!wantsBoth)
        return LockGrip::None;
    orders.grip.store(LockGrip::AwaitsSecond, std::memory_order_release);
    HeldLock second(session.receivingEnd());
    if (!second.take(session))
        return LockGrip::None;
    orders.grip.store(LockGrip::Both, std::memory_order_release);
    return LockGrip::HasGivenBack;
}

} // namespace

bool hasLockOrder(WorkerOrders& orders)
{
    const LockGrip grip = orders.grip.load(std::memory_order_relaxed);
    if (orders.locks.load(std::memory_order_acquire) != LockOrder::None)
        return grip == LockGrip::None;
    if (grip == LockGrip::HasGivenBack)
        orders.grip.store(LockGrip::None, std::memory_order_release);
    return false;
}

void carryOutLockOrder(Session& session)
{
    session.orders().grip.store(LockGrip::Wanted, std::memory_order_release);
    const LockGrip after = takeAndGiveBack(session);
    session.orders().grip.store(after, std::memory_order_release);
}

} // namespace ipclab
