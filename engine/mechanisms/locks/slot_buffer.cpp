#include "engine/mechanisms/locks/slot_buffer.h"

#include <algorithm>
#include <bit>

namespace ipclab {

namespace {

constexpr std::size_t slotAlignment = 64;
constexpr std::size_t fewestSlots = 8;
constexpr std::size_t mostSlots = 4096;

static_assert(sizeof(SlotHead) == 16 && SlotTail::is_always_lock_free);
static_assert(sizeof(SlotBufferHead) % slotAlignment == 0);

constexpr std::size_t roundUp(std::size_t value, std::size_t unit)
{
    return (value + unit - 1) / unit * unit;
}

constexpr std::size_t strideFor(std::size_t largestMessage)
{
    return roundUp(sizeof(SlotHead) + roundUp(largestMessage, 8) + sizeof(SlotTail), slotAlignment);
}

} // namespace

std::size_t SlotGeometry::bytes() const
{
    return sizeof(SlotBufferHead) + slots * stride;
}

SlotGeometry slotGeometry(const Options& options, std::size_t largestMessage)
{
    constexpr std::size_t comfortable = 256 << 10;
    const std::size_t asked = options.count("slots");
    const std::size_t stride = strideFor(largestMessage);
    const std::size_t fitting = std::clamp(std::bit_floor(comfortable / stride), fewestSlots, mostSlots);
    return {asked == 0 ? fitting : std::bit_ceil(asked), stride};
}

std::size_t slotsAskedFor(const Options& options)
{
    const std::size_t asked = options.count("slots");
    return asked == 0 ? fewestSlots : std::bit_ceil(asked);
}

std::size_t largestInSlots(std::size_t slots, std::size_t bytes)
{
    const std::size_t stride = bytes > sizeof(SlotBufferHead)
                                   ? (bytes - sizeof(SlotBufferHead)) / slots / slotAlignment * slotAlignment
                                   : 0;
    const std::size_t around = sizeof(SlotHead) + sizeof(SlotTail);
    return stride > around ? stride - around : 0;
}

SlotBuffer::SlotBuffer(Invitation& invitation, const Options& options, std::size_t largestMessage)
    : m_geometry(slotGeometry(options, largestMessage)),
      m_region(invitation, regionRequest(options, m_geometry.bytes())),
      m_slots(m_region.data() + sizeof(SlotBufferHead)), m_largest(largestMessage)
{
}

void SlotBuffer::beginWriting(std::size_t size)
{
    m_size = size;
    m_place = movedBy(Side::Sender);
    SlotHead& head = headOf(m_place);
    head.number.store(m_place + 1, std::memory_order_relaxed);
    head.size.store(static_cast<std::uint32_t>(size), std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
}

void SlotBuffer::endWriting(const SlotLedger::Reading& before)
{
    tailOf(m_place, m_size).store(m_place + 1, std::memory_order_release);
    ledger().write(Side::Sender, before, 1);
    ledger().moved[indexOf(Side::Sender)].store(m_place + 1, std::memory_order_release);
}

Look SlotBuffer::look()
{
    const std::uint64_t index = movedBy(Side::Receiver);
    const SlotHead& head = headOf(index);
    m_number = head.number.load(std::memory_order_acquire);
    m_size = head.size.load(std::memory_order_relaxed);
    if (m_number <= index)
        return Look::Stale; // it was read before, or has never been written
    if (m_size == 0 || m_size > m_largest)
        return Look::Torn;
    return tailOf(index, m_size).load(std::memory_order_acquire) == m_number ? Look::Whole : Look::Torn;
}

std::span<const std::byte> SlotBuffer::payloadToRead() const
{
    return {payload(movedBy(Side::Receiver)), m_size};
}

bool SlotBuffer::isStillWhole() const
{
    std::atomic_thread_fence(std::memory_order_acquire);
    return headOf(movedBy(Side::Receiver)).number.load(std::memory_order_relaxed) == m_number;
}

void SlotBuffer::endReading(const SlotLedger::Reading& before)
{
    ledger().write(Side::Receiver, before, -1);
    // A later number than the next: those between were overwritten before anybody read them.
    ledger().moved[indexOf(Side::Receiver)].store(m_number, std::memory_order_release);
}

} // namespace ipclab
