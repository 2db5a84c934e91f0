#pragma once

#include "engine/mechanisms/layers/acknowledgement.h"

#include <span>
#include <vector>

namespace ipclab {

/// What a receiver has taken in and not delivered yet, and what it knows to be missing. A value that does no
/// input or output. The message that was delivered last stays where it is until the next is taken.
class ReceiveWindow final {
public:
    ReceiveWindow(const Acknowledgement& acknowledgement, std::size_t largestMessage);

    enum class Verdict {
        Kept,
        Repeated, ///< it had come already
        TooEarly, ///< one before it is missing, and early ones are not kept; or there is no room for it
    };
    /// A message has come. Whatever the verdict, it is to be acknowledged with number() and upTo(), so that
    /// the sender knows what is there.
    Verdict take(std::uint64_t number, std::span<const std::byte> message);
    /// All below it have come.
    std::uint64_t upTo() const { return m_expected; }

    /// Whether the next in order is there.
    bool hasNext() const { return m_delivered < m_expected; }
    /// It, valid until the next call.
    std::span<const std::byte> takeNext();

private:
    struct Slot {
        std::vector<std::byte> bytes;
        std::size_t size = 0;
        bool isTaken = false;
    };

    Slot& slotOf(std::uint64_t number) { return m_slots[number % m_slots.size()]; }

    bool m_keepsEarlyOnes;
    std::vector<Slot> m_slots;     ///< one more than the window: that of the message that was delivered last
    std::uint64_t m_delivered = 0; ///< so many have been
    std::uint64_t m_expected = 0;  ///< the first that is missing
};

} // namespace ipclab
