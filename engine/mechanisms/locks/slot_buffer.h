#pragma once

#include "engine/base/option.h"
#include "engine/mechanisms/locks/lock_request.h"
#include "engine/mechanisms/memory/mapped_region.h"

#include <algorithm>

namespace ipclab {

/// At most so many senders put into one buffer.
inline constexpr unsigned mostSlotSenders = 63;

/// One process at the buffer, as far as switching the lock goes.
struct SlotParticipant {
    std::atomic<std::uint32_t> seen; ///< the mode that it goes by
    std::atomic<std::uint32_t> hasLeft;
};

/// The lock is switched on and off here, while both sides go on.
struct alignas(128) LockSwitch {
    std::atomic<std::uint32_t> mode;    ///< odd: the lock is on; the supervisor adds one to switch
    std::atomic<std::uint32_t> claimed; ///< the mode for which somebody has begun to put the counts right
    std::atomic<std::uint32_t> settled; ///< the mode for which that has been done
    std::uint32_t senders;              ///< written before there are workers
    SlotParticipant receiver;
    SlotParticipant sender[mostSlotSenders];

    static constexpr bool isOn(std::uint32_t mode) { return mode % 2 == 1; }

    SlotParticipant& participant(Seat seat)
    {
        return seat.end == ChannelEnd::Receiver ? receiver : sender[seat.index];
    }
    /// Whether a test holds of everybody on one side.
    template <typename Test>
    bool everyone(Side side, Test test)
    {
        if (side == Side::Receiver)
            return test(receiver);
        return std::all_of(sender, sender + senders, test);
    }
};

/// Stands before each message. The writer sets the head's number first and the tail's last, the reader looks
/// at the tail first and at the head last: if they agree, what is between them is of that one message.
struct SlotHead {
    std::atomic<std::uint64_t> number; ///< of the message, from 1
    std::atomic<std::uint32_t> size;
};
using SlotTail = std::atomic<std::uint64_t>;

/// Where everything lies; both ends compute the same from the same request.
struct SlotGeometry {
    std::size_t slots = 0; ///< a power of two, so that no number, however wrong, leads out of the buffer
    std::size_t stride = 0;

    std::size_t bytes() const;
};

/// 0 slots asked for: as many as make about 256 KiB, which stays in the processor's cache.
SlotGeometry slotGeometry(const Options& options, std::size_t largestMessage);
/// The largest message of `slots` slots in so many bytes.
std::size_t largestInSlots(std::size_t slots, std::size_t bytes);
/// How many slots the options ask for, or the fewest there are.
std::size_t slotsAskedFor(const Options& options);

/// The start of the memory. All zeros are an empty buffer without a lock.
struct SlotBufferHead {
    LockPlace lock;
    SlotLedger ledger;
    LockSwitch lockSwitch;
};

/// What came of looking at a slot.
enum class Look { Whole, Torn, Stale };

/// One process's view of the buffer.
class SlotBuffer final {
public:
    SlotBuffer(Invitation& invitation, const Options& options, std::size_t largestMessage);

    SlotBufferHead& head() const { return *m_region.as<SlotBufferHead>(); }
    SlotLedger& ledger() const { return head().ledger; }
    std::int64_t slots() const { return static_cast<std::int64_t>(m_geometry.slots); }

    // For a sender, whose message takes the slot behind those that have been moved by now.

    std::byte* payloadToWrite() const { return payload(m_place); }
    void beginWriting(std::size_t size);
    /// Moves it: one more than was read of the count.
    void endWriting(const SlotLedger::Reading& before);

    // For the receiver.

    std::span<const std::byte> payloadToRead() const;
    /// At the next slot, before its payload is read: Whole means that it was, just now. Remembers its number.
    Look look();
    /// After its payload was read.
    bool isStillWhole() const;
    void endReading(const SlotLedger::Reading& before);
    /// The slot held no message to be read: it keeps its place, but was counted.
    void discard() { ledger().write(Side::Receiver, ledger().read(), -1); }

private:
    std::uint64_t movedBy(Side side) const
    {
        return ledger().moved[indexOf(side)].load(std::memory_order_relaxed);
    }
    std::byte* slot(std::uint64_t index) const
    {
        return m_slots + (index & (m_geometry.slots - 1)) * m_geometry.stride;
    }
    SlotHead& headOf(std::uint64_t index) const { return *reinterpret_cast<SlotHead*>(slot(index)); }
    std::byte* payload(std::uint64_t index) const { return slot(index) + sizeof(SlotHead); }
    SlotTail& tailOf(std::uint64_t index, std::size_t size) const
    {
        return *reinterpret_cast<SlotTail*>(payload(index) + (size + 7) / 8 * 8);
    }

    SlotGeometry m_geometry;
    MappedRegion m_region;
    std::byte* m_slots;
    std::size_t m_largest;
    std::size_t m_size = 0;     ///< of the message being written or read
    std::uint64_t m_place = 0;  ///< of the message being written, counted from the first of all
    std::uint64_t m_number = 0; ///< of the message being read
};

} // namespace ipclab
