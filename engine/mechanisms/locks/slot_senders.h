#pragma once

#include "engine/mechanisms/locks/slot_end.h"

#include <cassert>
#include <cstring>
#include <memory>

namespace ipclab {

/// Copies each message into its slot while it holds the lock: one visit, but a long one.
template <typename Guard>
class CopyingSlotSender final : public SlotEnd<Guard> {
public:
    CopyingSlotSender(Seat seat, Invitation invitation, const JoinRequest& request)
        : SlotEnd<Guard>(seat, std::move(invitation), request),
          m_outgoing(std::make_unique<std::byte[]>(request.largestMessage))
    {
    }

    /// It is in the buffer only once it has been copied, all at once.
    bool abandon() override { return true; }

    // Hot path: these two run once per message.

    Reservation reserve(std::size_t size, Deadline) override
    {
        m_size = size;
        return {Outcome::Done, m_outgoing.get()};
    }

    Outcome commit(Deadline deadline) override
    {
        if (const Outcome outcome = this->enter(deadline); outcome != Outcome::Done) [[unlikely]]
            return outcome;
        SlotBuffer& buffer = this->buffer();
        const SlotLedger::Reading before =
            buffer.ledger().read(); // and written after the copy: time for a race
        buffer.beginWriting(m_size);
        std::memcpy(buffer.payloadToWrite(), m_outgoing.get(), m_size);
        buffer.endWriting(before);
        this->handOver();
        return Outcome::Done;
    }

    Received receive(Deadline) override
    {
        assert(!"a slot buffer goes one way");
        return {Outcome::PeerClosed};
    }

private:
    std::unique_ptr<std::byte[]> m_outgoing;
    std::size_t m_size = 0;
};

/// Claims a slot under the lock, lets the message be written there without it, and goes inside again to hand
/// the slot over: two short visits and no copy.
template <typename Guard>
class LendingSlotSender final : public SlotEnd<Guard> {
public:
    LendingSlotSender(Seat seat, Invitation invitation, const JoinRequest& request)
        : SlotEnd<Guard>(seat, std::move(invitation), request)
    {
    }

    /// The slot stays this end's, for the next message.
    bool abandon() override
    {
        m_keepsSlot = true;
        return true;
    }

    // Hot path: these two run once per message.

    Reservation reserve(std::size_t size, Deadline deadline) override
    {
        if (m_keepsSlot) [[unlikely]] {
            m_keepsSlot = false;
            this->buffer().beginWriting(size);
            return {Outcome::Done, this->buffer().payloadToWrite()};
        }
        if (const Outcome outcome = this->enter(deadline); outcome != Outcome::Done) [[unlikely]]
            return {outcome};
        this->buffer().beginWriting(size);
        this->leave();
        return {Outcome::Done, this->buffer().payloadToWrite()};
    }

    Outcome commit(Deadline deadline) override
    {
        if (const Outcome outcome = this->reenter(deadline); outcome != Outcome::Done) [[unlikely]]
            return outcome;
        SlotBuffer& buffer = this->buffer();
        buffer.endWriting(buffer.ledger().read());
        this->handOver();
        return Outcome::Done;
    }

    Received receive(Deadline) override
    {
        assert(!"a slot buffer goes one way");
        return {Outcome::PeerClosed};
    }

private:
    bool m_keepsSlot = false;
};

} // namespace ipclab
