#pragma once

#include "engine/mechanisms/locks/slot_buffer.h"
#include "engine/mechanisms/waits/waiting.h"

#include <algorithm>

namespace ipclab {

/// What both ends of a slot buffer have in common: going inside and coming out, with the guard or, while the
/// lock is switched off, without.
template <typename Guard>
class SlotEnd : public Endpoint {
public:
    Outcome takeLock(Deadline deadline) final
    {
        if (!m_isLocked || m_switch.settled.load(std::memory_order_acquire) != m_seen)
            return Outcome::WouldBlock;
        const Outcome outcome = reenter(deadline);
        if (outcome != Outcome::Done)
            return outcome;
        SlotLedger& ledger = m_buffer.ledger();
        m_filledBefore = ledger.filled;
        ledger.filled = m_filledBefore + (m_side == Side::Sender ? 1 : -1); // counted, but not moved
        return outcome;
    }

    void giveLockBack() final
    {
        m_buffer.ledger().filled = m_filledBefore;
        leave();
    }

protected:
    SlotEnd(Seat seat, Invitation invitation, const JoinRequest& request)
        : m_side(seat.end == ChannelEnd::Sender ? Side::Sender : Side::Receiver),
          m_buffer(invitation, request.options, request.largestMessage),
          m_descriptors(std::move(invitation.descriptors)),
          m_guard({m_buffer.head().lock, m_buffer.ledger(), m_buffer.slots(), m_counts, m_descriptors}),
          m_switch(m_buffer.head().lockSwitch), m_self(m_switch.participant(seat)),
          m_seen(m_self.seen.load()), m_isLocked(LockSwitch::isOn(m_seen))
    {
    }
    ~SlotEnd() override { m_self.hasLeft.store(1, std::memory_order_release); }

    SlotBuffer& buffer() { return m_buffer; }

    /// Goes inside with a slot for this side. Whoever calls it holds no slot.
    Outcome enter(Deadline deadline)
    {
        return inSlices(deadline, [this, deadline] {
            attendSwitch();
            return m_isLocked ? enterLocked(deadline) : enterFreely(deadline);
        });
    }

    Outcome reenter(Deadline deadline)
    {
        if (!m_isLocked)
            return Outcome::Done;
        const Outcome outcome =
            inSlices(deadline, [this, deadline] { return m_guard.reenter(sliceOf(deadline)); });
        if (outcome == Outcome::Done)
            beginInside();
        return outcome;
    }

    void leave()
    {
        if (!m_isLocked)
            return;
        endInside();
        m_guard.leave();
    }

    /// Comes out; the other side may have one slot more.
    void handOver()
    {
        if (!m_isLocked)
            return;
        endInside();
        m_guard.handOver(m_side);
    }

private:
    static constexpr Nanoseconds longestSlice = std::chrono::milliseconds(10);

    static bool isOver(Deadline deadline)
    {
        return !deadline.isNever() && deadline.remaining() == Nanoseconds::zero();
    }

    /// Calls `attempt`, which lasts a slice, until it is done or the deadline has passed. Who has no deadline
    /// looks up after each slice as if there had been a signal: while it spins, yields or waits for a core
    /// none wakes it, and it would never hear that its peer has gone.
    template <typename Attempt>
    static Outcome inSlices(Deadline deadline, Attempt attempt)
    {
        Outcome outcome = attempt();
        while (outcome == Outcome::TimedOut && !deadline.isNever() && !isOver(deadline))
            outcome = attempt();
        return outcome == Outcome::TimedOut && deadline.isNever() ? Outcome::Interrupted : outcome;
    }

    /// Waits are short, so that a signal, a switched lock and a peer that died inside are noticed.
    static Deadline sliceOf(Deadline deadline)
    {
        if (deadline.isImmediate()) [[likely]]
            return deadline;
        return Deadline::at(std::min(deadline.moment(), now() + longestSlice));
    }

    void attendSwitch()
    {
        const std::uint32_t mode = m_switch.mode.load(std::memory_order_acquire);
        if (mode == m_seen) [[likely]]
            return;
        m_seen = mode;
        m_isLocked = LockSwitch::isOn(mode);
        m_guard.forget();
        m_self.seen.store(mode, std::memory_order_seq_cst);
    }

    Outcome enterLocked(Deadline deadline)
    {
        if (m_switch.settled.load(std::memory_order_acquire) != m_seen && !settle()) [[unlikely]]
            return pause(deadline);
        const Outcome outcome = m_guard.enter(m_side, sliceOf(deadline));
        if (outcome != Outcome::Done)
            return outcome;
        beginInside();
        if (m_buffer.ledger().mayGo(m_side, m_buffer.slots())) [[likely]]
            return Outcome::Done;
        leave(); // the peer had died before it moved what it gave
        return pause(deadline);
    }

    /// What a program does that knows no locks: it looks at the count.
    Outcome enterFreely(Deadline deadline)
    {
        SlotLedger& ledger = m_buffer.ledger();
        if (ledger.mayGo(m_side, m_buffer.slots())) [[likely]]
            return Outcome::Done;
        if (!m_switch.everyone(otherThan(m_side), hasLeft))
            return pause(deadline);
        // The count may be wrong, but nobody changes it any more.
        countAnew();
        return m_side == Side::Receiver && ledger.filled > 0 ? Outcome::Done : Outcome::PeerClosed;
    }

    /// WouldBlock at once, TimedOut after a nap.
    Outcome pause(Deadline deadline)
    {
        if (!deadline.isImmediate())
            ++m_counts.systemCalls;
        const Outcome outcome = nap(deadline);
        return outcome == Outcome::Done ? Outcome::TimedOut : outcome;
    }

    static bool hasLeft(const SlotParticipant& participant)
    {
        return participant.hasLeft.load(std::memory_order_acquire) != 0;
    }

    /// After the lock was switched on: what went wrong without it is put right, once everybody goes by the
    /// new mode. Until then nobody is inside.
    bool settle()
    {
        const auto goesByIt = [this](const SlotParticipant& participant) {
            return hasLeft(participant) || participant.seen.load(std::memory_order_seq_cst) == m_seen;
        };
        if (!m_switch.everyone(Side::Sender, goesByIt) || !m_switch.everyone(Side::Receiver, goesByIt))
            return false;
        std::uint32_t before = m_switch.claimed.load();
        if (before == m_seen || !m_switch.claimed.compare_exchange_strong(before, m_seen))
            return m_switch.settled.load(std::memory_order_acquire) == m_seen;
        countAnew();
        m_guard.reconcile(m_buffer.ledger());
        m_switch.settled.store(m_seen, std::memory_order_release);
        return true;
    }

    /// Each side's own count of what it has moved is right, unless several senders have overwritten each
    /// other's: then it may be behind what was read. Of what was overwritten before it was read, the newest
    /// is left.
    void countAnew()
    {
        SlotLedger& ledger = m_buffer.ledger();
        const auto in = static_cast<std::int64_t>(ledger.moved[indexOf(Side::Sender)].load());
        auto out = static_cast<std::int64_t>(ledger.moved[indexOf(Side::Receiver)].load());
        out = std::clamp(out, in - m_buffer.slots(), in);
        ledger.moved[indexOf(Side::Receiver)].store(static_cast<std::uint64_t>(out));
        ledger.filled = in - out;
    }

    void beginInside()
    {
        SlotLedger& ledger = m_buffer.ledger();
        if (ledger.inside.load(std::memory_order_relaxed) != 0) [[unlikely]]
            takeOver();
        ledger.inside.store(1 + static_cast<std::uint32_t>(m_side), std::memory_order_relaxed);
    }
    void endInside() { m_buffer.ledger().inside.store(0, std::memory_order_relaxed); }

    /// The last one inside never came out: it died there.
    void takeOver()
    {
        SlotLedger& ledger = m_buffer.ledger();
        const std::int64_t counted = ledger.filled;
        countAnew();
        ledger.miscount.store(counted - ledger.filled);
        m_guard.recover(m_side);
        ledger.recoveries.store(ledger.recoveries.load() + 1);
    }

    const Side m_side;
    SlotBuffer m_buffer;
    std::vector<UniqueFd> m_descriptors;
    Guard m_guard;
    LockSwitch& m_switch;
    SlotParticipant& m_self;
    std::uint32_t m_seen; ///< the mode that this end goes by
    bool m_isLocked;
    std::int64_t m_filledBefore = 0; ///< when the lock was taken for a fault
};

} // namespace ipclab
