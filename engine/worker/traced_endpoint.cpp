#include "engine/worker/traced_endpoint.h"

#include "engine/measure/message.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace ipclab {

namespace {

/// The call is over and the message has not gone, nor will the same call be made again to go on.
bool isFinal(Outcome outcome)
{
    return outcome == Outcome::PeerClosed || outcome == Outcome::Truncated;
}

} // namespace

TracedEndpoint::TracedEndpoint(std::unique_ptr<Endpoint> endpoint, const EndStreams& streams, Content content,
                               TraceWriter& trace)
    : m_endpoint(std::move(endpoint)), m_streams(streams), m_content(content), m_trace(trace)
{
}

Reservation TracedEndpoint::reserve(std::size_t size, Deadline deadline)
{
    m_trace.beginSend(m_nextSent, m_streams.sends);
    m_endpoint->setClass(m_outgoingClass);
    const Reservation reservation = m_endpoint->reserve(size, deadline);
    m_counts = m_endpoint->counts();
    m_reserved = {reservation.place, size};
    if (isFinal(reservation.outcome))
        m_trace.giveUpSend();
    return reservation;
}

Outcome TracedEndpoint::commit(Deadline deadline)
{
    // Before it goes: afterwards its place may be somebody else's.
    const std::uint64_t message = m_reserved.empty() ? m_nextSent : numberOf(m_reserved, m_nextSent);
    m_endpoint->setClass(m_outgoingClass);
    const Outcome outcome = m_endpoint->commit(deadline);
    m_counts = m_endpoint->counts();
    if (outcome == Outcome::Done) {
        m_trace.endSend(message, m_streams.sends);
        m_trace.giveUpReceive(); // who polls both ways asks for the next message from now on
        m_nextSent = message + 1;
        m_reserved = {};
    } else if (isFinal(outcome)) {
        m_trace.giveUpSend();
    }
    return outcome;
}

void TracedEndpoint::flush()
{
    m_endpoint->flush();
    m_counts = m_endpoint->counts();
}

bool TracedEndpoint::abandon()
{
    const bool isTakenBack = m_endpoint->abandon();
    if (isTakenBack)
        m_trace.giveUpSend();
    return isTakenBack;
}

Received TracedEndpoint::receive(Deadline deadline)
{
    m_trace.beginReceive(m_streams.receives);
    const Received received = m_endpoint->receive(deadline);
    m_counts = m_endpoint->counts();
    m_incomingClass = m_endpoint->receivedClass();
    if (received.outcome == Outcome::Done) {
        const std::uint64_t message = numberOf(received.message, m_nextReceived);
        m_trace.endReceive(message, streamOf(received.message));
        m_nextReceived = message + 1;
    } else if (isFinal(received.outcome)) {
        m_trace.giveUpReceive();
    }
    return received;
}

std::uint64_t TracedEndpoint::numberOf(std::span<const std::byte> message, std::uint64_t expected) const
{
    if (m_content != Content::Carried)
        return expected;
    std::uint64_t low = 0;
    const std::size_t carried = std::min(message.size(), sizeof low);
    std::memcpy(&low, message.data(), carried);
    return carried == sizeof low ? low : nearestWithLowBytes(expected, low, carried);
}

std::uint32_t TracedEndpoint::streamOf(std::span<const std::byte> message) const
{
    if (m_streams.senders <= 1 || message.size() < smallestHeadedMessage)
        return m_streams.receives;
    std::uint16_t sender = 0;
    std::memcpy(&sender, message.data() + offsetof(MessageHeader, sender), sizeof sender);
    return m_streams.receives + std::min<unsigned>(sender, m_streams.senders - 1);
}

} // namespace ipclab
