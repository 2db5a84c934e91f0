#pragma once

#include "engine/mechanisms/locks/slot_end.h"

#include <cassert>
#include <cstring>
#include <memory>

namespace ipclab {

/// What both kinds of receivers have in common: slots that hold no whole new message are counted and passed
/// over. With the lock there are none.
template <typename Guard>
class SlotReceiver : public SlotEnd<Guard> {
public:
    Reservation reserve(std::size_t, Deadline) override
    {
        assert(!"a slot buffer goes one way");
        return {Outcome::PeerClosed};
    }
    Outcome commit(Deadline) override { return Outcome::PeerClosed; }

protected:
    SlotReceiver(Seat seat, Invitation invitation, const JoinRequest& request)
        : SlotEnd<Guard>(seat, std::move(invitation), request)
    {
    }

    /// Goes inside until there is a message to be read.
    Outcome enterWithMessage(Deadline deadline)
    {
        Look look = Look::Whole;
        do {
            if (const Outcome outcome = this->enter(deadline); outcome != Outcome::Done) [[unlikely]]
                return outcome;
            look = this->buffer().look();
            if (look != Look::Whole) [[unlikely]]
                passOver(look);
        } while (look != Look::Whole);
        return Outcome::Done;
    }

    void passOver(Look look)
    {
        ++(look == Look::Torn ? this->m_counts.tornRecords : this->m_counts.staleReads);
        this->buffer().discard();
        this->handOver();
    }

    /// Inside, after a change.
    void countLostUpdates()
    {
        std::uint64_t& lost = this->m_counts.lostUpdates;
        lost = std::max(lost, this->buffer().ledger().lostChanges());
    }
};

/// Copies each message out of its slot while it holds the lock.
template <typename Guard>
class CopyingSlotReceiver final : public SlotReceiver<Guard> {
public:
    CopyingSlotReceiver(Seat seat, Invitation invitation, const JoinRequest& request)
        : SlotReceiver<Guard>(seat, std::move(invitation), request),
          m_incoming(std::make_unique<std::byte[]>(request.largestMessage))
    {
    }

    // Hot path: runs once per message.

    Received receive(Deadline deadline) override
    {
        while (true) {
            if (const Outcome outcome = this->enterWithMessage(deadline); outcome != Outcome::Done)
                [[unlikely]]
                return {outcome};
            const SlotLedger::Reading before = this->buffer().ledger().read(); // as in the sender
            const std::span<const std::byte> payload = this->buffer().payloadToRead();
            std::memcpy(m_incoming.get(), payload.data(), payload.size());
            if (!this->buffer().isStillWhole()) [[unlikely]] {
                this->passOver(Look::Torn);
                continue;
            }
            this->buffer().endReading(before);
            this->countLostUpdates();
            this->handOver();
            return {Outcome::Done, {m_incoming.get(), payload.size()}};
        }
    }

private:
    std::unique_ptr<std::byte[]> m_incoming;
};

/// Claims a slot under the lock, lets the message be read there without it, and goes inside again for the
/// next one to give the slot back. What is overwritten meanwhile, where nobody locks, has been handed out.
template <typename Guard>
class LendingSlotReceiver final : public SlotReceiver<Guard> {
public:
    LendingSlotReceiver(Seat seat, Invitation invitation, const JoinRequest& request)
        : SlotReceiver<Guard>(seat, std::move(invitation), request)
    {
    }

    // Hot path: runs once per message.

    Received receive(Deadline deadline) override
    {
        if (m_isHolding) {
            if (const Outcome outcome = giveBack(deadline); outcome != Outcome::Done) [[unlikely]]
                return {outcome};
        }
        if (const Outcome outcome = this->enterWithMessage(deadline); outcome != Outcome::Done) [[unlikely]]
            return {outcome};
        this->leave();
        m_isHolding = true;
        return {Outcome::Done, this->buffer().payloadToRead()};
    }

private:
    Outcome giveBack(Deadline deadline)
    {
        if (const Outcome outcome = this->reenter(deadline); outcome != Outcome::Done) [[unlikely]]
            return outcome;
        if (!this->buffer().isStillWhole()) [[unlikely]]
            ++this->m_counts.tornRecords;
        this->buffer().endReading(this->buffer().ledger().read());
        this->countLostUpdates();
        this->handOver();
        m_isHolding = false;
        return Outcome::Done;
    }

    bool m_isHolding = false;
};

} // namespace ipclab
