#include "engine/mechanisms/layers/receive_window.h"

#include <algorithm>
#include <cassert>

namespace ipclab {

ReceiveWindow::ReceiveWindow(const Acknowledgement& acknowledgement, std::size_t largestMessage)
    : m_keepsEarlyOnes(acknowledgement.scheme == AcknowledgementScheme::SelectiveRepeat),
      m_slots(acknowledgement.windowInUse() + std::size_t{1})
{
    for (Slot& slot : m_slots)
        slot.bytes.resize(largestMessage);
}

ReceiveWindow::Verdict ReceiveWindow::take(std::uint64_t number, std::span<const std::byte> message)
{
    if (number < m_expected)
        return Verdict::Repeated;
    const std::uint64_t window = m_slots.size() - 1;
    if (number >= m_delivered + window || (number > m_expected && !m_keepsEarlyOnes))
        return Verdict::TooEarly;
    Slot& slot = slotOf(number);
    if (slot.isTaken)
        return Verdict::Repeated;
    slot.isTaken = true;
    slot.size = std::min(message.size(), slot.bytes.size());
    std::copy_n(message.begin(), slot.size, slot.bytes.begin());
    while (m_expected < m_delivered + window && slotOf(m_expected).isTaken)
        ++m_expected;
    return Verdict::Kept;
}

std::span<const std::byte> ReceiveWindow::takeNext()
{
    assert(hasNext());
    Slot& slot = slotOf(m_delivered++);
    slot.isTaken = false;
    return {slot.bytes.data(), slot.size};
}

} // namespace ipclab
