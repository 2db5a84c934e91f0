#include "engine/mechanisms/layers/send_window.h"

#include <algorithm>
#include <cassert>

namespace ipclab {

SendWindow::SendWindow(const Acknowledgement& acknowledgement, std::size_t largestFrame)
    : m_acknowledgement(acknowledgement), m_slots(acknowledgement.windowInUse())
{
    for (Slot& slot : m_slots)
        slot.bytes.resize(largestFrame);
}

std::span<std::byte> SendWindow::placeForNext(std::size_t frameSize)
{
    assert(!isFull());
    Slot& slot = slotOf(m_next);
    slot.size = frameSize;
    return {slot.bytes.data(), frameSize};
}

void SendWindow::open(Nanoseconds moment)
{
    Slot& slot = slotOf(m_next++);
    slot.isAcknowledged = false;
    slot.dueAt = moment + m_acknowledgement.timeOut;
}

void SendWindow::acknowledge(std::uint64_t number, std::uint64_t upTo)
{
    if (number >= m_base && number < m_next)
        slotOf(number).isAcknowledged = m_acknowledgement.scheme == AcknowledgementScheme::SelectiveRepeat;
    m_base = std::max(m_base, std::min(upTo, m_next));
    while (m_base < m_next && slotOf(m_base).isAcknowledged)
        ++m_base;
}

Nanoseconds SendWindow::dueAt() const
{
    Nanoseconds first = Nanoseconds::max();
    for (std::uint64_t number = m_base; number < m_next; ++number)
        if (!slotOf(number).isAcknowledged)
            first = std::min(first, slotOf(number).dueAt);
    return first;
}

std::optional<std::span<const std::byte>> SendWindow::takeDue(Nanoseconds moment)
{
    for (std::uint64_t number = m_base; number < m_next; ++number) {
        Slot& slot = slotOf(number);
        if (slot.isAcknowledged || slot.dueAt > moment)
            continue;
        const bool isSaidAlready = slot.dueAt == Nanoseconds::zero();
        m_timeOuts += isSaidAlready ? 0 : 1;
        if (m_acknowledgement.scheme == AcknowledgementScheme::GoBackN && !isSaidAlready)
            goBack();
        slot.dueAt = moment + m_acknowledgement.timeOut;
        return frameOf(slot);
    }
    return std::nullopt;
}

/// Everything is to be sent again at once.
void SendWindow::goBack()
{
    for (std::uint64_t number = m_base; number < m_next; ++number)
        slotOf(number).dueAt = Nanoseconds::zero();
}

} // namespace ipclab
