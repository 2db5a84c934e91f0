#include "engine/worker/message_writer.h"

#include <xxhash.h>

#include <algorithm>

namespace ipclab {

namespace {

std::span<const std::byte> payloadOf(std::span<const std::byte> message)
{
    return message.subspan(sizeof(MessageHeader), checksumOffset(message.size()) - sizeof(MessageHeader));
}

} // namespace

std::uint64_t payloadChecksum(std::span<const std::byte> message, std::uint64_t sequence)
{
    const std::span<const std::byte> payload = payloadOf(message);
    return XXH3_64bits_withSeed(payload.data(), payload.size(), sequence);
}

void MessageWriter::writePayload(std::span<std::byte> message, std::uint64_t sequence)
{
    std::byte* place = message.data() + sizeof(MessageHeader);
    std::size_t left = checksumOffset(message.size()) - sizeof(MessageHeader);
    std::uint64_t word = (sequence + 1) * 0x9e37'79b9'7f4a'7c15;
    for (; left >= sizeof word; left -= sizeof word, place += sizeof word) {
        std::memcpy(place, &word, sizeof word);
        word += 0xd1b5'4a32'd192'ed03;
    }
    std::memcpy(place, &word, left);
    const std::uint64_t checksum = payloadChecksum(message, sequence);
    std::memcpy(message.data() + checksumOffset(message.size()), &checksum, sizeof checksum);
}

void MessageWriter::writeOtherwise(std::span<std::byte> message, const Outgoing& outgoing)
{
    if (m_format.layout == Layout::Pieces)
        writePieces(message, outgoing);
    else
        writeBare(message, outgoing);
}

void MessageWriter::writePieces(std::span<std::byte> record, const Outgoing& outgoing) const
{
    const auto pieces = static_cast<std::uint32_t>(record.size() / pieceSize);
    Piece piece{.header = {.sequence = outgoing.sequence,
                           .intended = outgoing.intended.count(),
                           .sent = outgoing.sent.count(),
                           .size = pieceSize,
                           .sender = m_sender,
                           .flags = outgoing.flags},
                .number = 0,
                .pieces = pieces,
                .unused = {},
                .tail = tailOf(outgoing.sequence)};
    for (std::byte* place = record.data(); piece.number < pieces; ++piece.number, place += pieceSize)
        std::memcpy(place, &piece, pieceSize);
}

void MessageWriter::writeBare(std::span<std::byte> message, const Outgoing& outgoing)
{
    if ((outgoing.flags & farewellFlag) != 0)
        m_notes.farewellPlusOne.store(outgoing.sequence + 1, std::memory_order_release);
    if ((outgoing.flags & stampedFlag) != 0) {
        SideNote& note = m_notes.noteOf(outgoing.sequence);
        note.intended.store(outgoing.intended.count(), std::memory_order_relaxed);
        note.sent.store(outgoing.sent.count(), std::memory_order_relaxed);
        note.sequencePlusOne.store(outgoing.sequence + 1, std::memory_order_release);
    }
    if (m_format.layout != Layout::CountOnly)
        std::memcpy(message.data(), &outgoing.sequence, std::min(message.size(), sizeof outgoing.sequence));
}

} // namespace ipclab
