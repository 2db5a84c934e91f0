#pragma once

#include "engine/mechanisms/layers/acknowledgement.h"

#include <optional>
#include <span>
#include <vector>

namespace ipclab {

/// The messages that a sender has under way and must keep until they are acknowledged. A value that does no
/// input or output: it says what is to be sent again, and when.
class SendWindow final {
public:
    SendWindow(const Acknowledgement& acknowledgement, std::size_t largestFrame);

    bool isFull() const { return m_next - m_base == m_slots.size(); }
    bool isEmpty() const { return m_next == m_base; }

    /// The place for the next frame, head included. Only while it is not full; the same one until open() has
    /// been called.
    std::span<std::byte> placeForNext(std::size_t frameSize);
    std::span<const std::byte> nextFrame() const { return frameOf(slotOf(m_next)); }
    std::uint64_t nextNumber() const { return m_next; }
    /// That frame has been sent.
    void open(Nanoseconds moment);

    /// The receiver has this one, and everything below `upTo`.
    void acknowledge(std::uint64_t number, std::uint64_t upTo);

    /// When the next one has to be sent again; max = nothing is under way.
    Nanoseconds dueAt() const;
    /// The oldest one whose time is over at this moment, with which its time begins anew; nothing if there is
    /// none. With go-back-n one that is over makes all behind it so.
    std::optional<std::span<const std::byte>> takeDue(Nanoseconds moment);
    /// How often a time was over: once, however many frames go-back-n sends again for it.
    std::uint64_t timeOuts() const { return m_timeOuts; }

private:
    struct Slot {
        std::vector<std::byte> bytes;
        std::size_t size = 0;
        Nanoseconds dueAt{};
        bool isAcknowledged = false;
    };

    Slot& slotOf(std::uint64_t number) { return m_slots[number % m_slots.size()]; }
    const Slot& slotOf(std::uint64_t number) const { return m_slots[number % m_slots.size()]; }
    static std::span<const std::byte> frameOf(const Slot& slot) { return {slot.bytes.data(), slot.size}; }
    void goBack();

    Acknowledgement m_acknowledgement;
    std::vector<Slot> m_slots;
    std::uint64_t m_base = 0; ///< the oldest that is not acknowledged
    std::uint64_t m_next = 0;
    std::uint64_t m_timeOuts = 0;
};

} // namespace ipclab
