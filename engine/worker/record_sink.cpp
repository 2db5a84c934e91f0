#include "engine/worker/record_sink.h"

#include "engine/worker/outlet.h"

#include <utility>

namespace ipclab {

namespace {

template <typename Number>
Number at(std::span<const std::byte> piece, std::size_t offset)
{
    Number number;
    std::memcpy(&number, piece.data() + offset, sizeof number);
    return number;
}

} // namespace

RecordSink::RecordSink(Session& session)
    : m_session(session), m_endpoint(*session.receivingEnd().endpoint),
      m_waiter(session, session.receivingEnd(), Window::WaitingToReceive),
      m_firstStream(session.receivingEnd().plan->streams.receives),
      m_openWriters(session.receivingEnd().plan->streams.senders)
{
    for (unsigned writer = 0; writer < m_openWriters; ++writer)
        m_writers.push_back({{formatOf(session), session, m_firstStream + writer}});
}

bool RecordSink::receive(Arrival& arrival)
{
    while (m_openWriters > 0) {
        m_session.lookUp();
        const Received received =
            m_waiter.complete([this](Deadline deadline) { return m_endpoint.receive(deadline); });
        if (received.outcome == Outcome::Done) [[likely]] {
            if (completes(arrival, received.message))
                return true;
            continue;
        }
        if (received.outcome == Outcome::PeerClosed || received.outcome == Outcome::Truncated)
            countBrokenOff();
        return false;
    }
    return false;
}

/// Whether a record that is to be delivered ends with it.
bool RecordSink::completes(Arrival& arrival, std::span<const std::byte> piece)
{
    ++m_pieces;
    const auto sender = at<std::uint16_t>(piece, offsetof(Piece, header) + offsetof(MessageHeader, sender));
    if (sender >= m_writers.size()) [[unlikely]] {
        m_session.telemetry().add(Counter::Corrupt);
        return false;
    }
    Writer& writer = m_writers[sender];
    if (!isExpected(writer, at<std::uint32_t>(piece, offsetof(Piece, number)))) [[unlikely]]
        return false;
    if (writer.next == 0)
        writer.begin = m_pieces;
    if (++writer.next < at<std::uint32_t>(piece, offsetof(Piece, pieces))) [[likely]] {
        writer.reader.decode(piece); // counts a damaged one
        return false;
    }
    arrival.stream = m_firstStream + sender;
    return finish(writer, piece, arrival);
}

/// A piece that is missing breaks its record; the next one may begin anew.
bool RecordSink::isExpected(Writer& writer, std::uint32_t number)
{
    if (number == writer.next) [[likely]]
        return true;
    m_session.telemetry().add(Counter::Corrupt);
    writer.next = 0;
    return number == 0;
}

bool RecordSink::finish(Writer& writer, std::span<const std::byte> lastPiece, Arrival& arrival)
{
    const std::uint32_t pieces = std::exchange(writer.next, 0);
    const std::uint64_t foreign = m_pieces - writer.begin + 1 - pieces;
    arrival.incoming = writer.reader.read(lastPiece);
    if (arrival.incoming.has(farewellFlag)) [[unlikely]] {
        if (!std::exchange(writer.hasEnded, true))
            --m_openWriters;
        return false;
    }
    arrival.counts = arrival.incoming.has(measuredFlag) || !m_session.countsHaveBegun();
    count(arrival, pieces, foreign);
    return true;
}

void RecordSink::count(const Arrival& arrival, std::uint32_t pieces, std::uint64_t foreign)
{
    TelemetryWriter& telemetry = m_session.telemetry();
    if (!arrival.counts) [[unlikely]]
        return telemetry.add(Counter::Straggled);
    telemetry.countReceived(std::uint64_t{pieces} * pieceSize);
    if (foreign == 0)
        return;
    telemetry.add(Counter::InterleavedRecords);
    telemetry.add(Counter::ForeignPieces, foreign);
}

/// Whoever was killed in the middle of a write leaves the beginning of a record.
void RecordSink::countBrokenOff()
{
    for (const Writer& writer : m_writers)
        if (writer.next > 0)
            m_session.telemetry().add(Counter::Truncated);
}

} // namespace ipclab
