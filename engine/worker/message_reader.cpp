#include "engine/worker/message_reader.h"

#include <algorithm>

namespace ipclab {

bool MessageReader::checksumIsRight(std::span<const std::byte> message, std::uint64_t sequence)
{
    std::uint64_t checksum = 0;
    std::memcpy(&checksum, message.data() + checksumOffset(message.size()), sizeof checksum);
    return checksum == payloadChecksum(message, sequence);
}

Incoming MessageReader::readBare(std::span<const std::byte> message) const
{
    std::uint64_t low = 0;
    const std::size_t carried =
        m_format.layout != Layout::CountOnly ? std::min(message.size(), sizeof low) : 0;
    std::memcpy(&low, message.data(), carried);
    Incoming incoming;
    incoming.sequence = nearestWithLowBytes(m_tracker.expected(), low, carried);
    const std::uint64_t number = incoming.sequence + 1;

    if (m_notes.farewellPlusOne.load(std::memory_order_acquire) == number)
        incoming.flags = farewellFlag;
    const std::uint64_t firstMeasured = m_notes.firstMeasuredPlusOne.load(std::memory_order_acquire);
    if (firstMeasured != 0 && number >= firstMeasured)
        incoming.flags |= measuredFlag;
    const SideNote& note = m_notes.noteOf(incoming.sequence);
    if (note.sequencePlusOne.load(std::memory_order_acquire) == number) {
        incoming.flags |= stampedFlag;
        incoming.intended = Nanoseconds(note.intended.load(std::memory_order_relaxed));
        incoming.sent = Nanoseconds(note.sent.load(std::memory_order_relaxed));
    }
    return incoming;
}

void MessageReader::beginMeasuring()
{
    m_isMeasuring = true;
    const std::uint64_t first = m_notes.firstMeasuredPlusOne.load(std::memory_order_acquire) - 1;
    if (m_tracker.expected() < first) {
        // What the warm-up lost is not the measured window's.
        if (!m_session.countsHaveBegun())
            m_session.telemetry().add(Counter::Lost, first - m_tracker.expected());
        m_tracker = SequenceTracker(first);
    }
    m_session.beginCounts();
}

std::uint16_t MessageReader::count(const SequenceVerdict& verdict, std::uint16_t flags)
{
    const bool isFarewell = (flags & farewellFlag) != 0;
    const bool isOfWarmUp = !m_isMeasuring || ((flags & measuredFlag) == 0 && !isFarewell);
    if (isOfWarmUp && m_session.countsHaveBegun())
        return flags; // a straggler, while messages count already, perhaps another sender's
    TelemetryWriter& telemetry = m_session.telemetry();
    if (verdict.newlyLost > 0 && m_format.integrity != Integrity::Off)
        telemetry.add(Counter::Lost, verdict.newlyLost);
    if (isFarewell)
        return flags;
    if (verdict.isReordered) {
        telemetry.add(Counter::Reordered);
        telemetry.subtract(Counter::Lost);
    }
    if (!verdict.isRepeated)
        return flags;
    telemetry.add(Counter::Repeated);
    return static_cast<std::uint16_t>((flags & ~(measuredFlag | stampedFlag)) | repeatedFlag);
}

} // namespace ipclab
