#include "engine/mechanisms/streams/stream_endpoint.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/message_buffer.h"
#include "engine/mechanisms/packet_endpoint.h"
#include "engine/mechanisms/streams/packet_pipe_calls.h"
#include "engine/mechanisms/streams/stream_calls.h"
#include "engine/mechanisms/streams/unframed_endpoint.h"
#include "engine/mechanisms/waits/waiting.h"

#include <fmt/format.h>
#include <poll.h>

#include <cassert>
#include <cstring>
#include <utility>

namespace ipclab {

namespace {

constexpr std::size_t prefixSize = bytesPerPrefix;
/// Where a frame starts in its buffer, so that the payload is aligned to 8.
constexpr std::size_t frameStart = 8 - prefixSize;
constexpr std::size_t payloadStart = frameStart + prefixSize;

template <typename Calls>
class StreamEndpoint final : public Endpoint {
public:
    StreamEndpoint(UniqueFd descriptor, std::size_t largestMessage)
        : m_calls(std::move(descriptor)), m_largest(largestMessage),
          m_outgoing(makeMessageBuffer(frameStart + prefixSize + largestMessage))
          // The beginning of a large frame may lie behind a small one; its rest is read where it belongs.
          ,
          m_incoming(makeMessageBuffer(frameStart + 2 * (prefixSize + largestMessage)))
    {
    }

    int pollDescriptor() const override { return m_calls.descriptor(); }
    bool abandon() override { return m_sent == 0; }

    // Hot path: these three run once per message.

    Reservation reserve(std::size_t size, Deadline) override
    {
        assert(m_sent == 0 && size >= 1 && size <= m_largest);
        const auto length = static_cast<std::uint32_t>(size);
        std::memcpy(m_outgoing.get() + frameStart, &length, prefixSize);
        m_frame = prefixSize + size;
        return {Outcome::Done, m_outgoing.get() + payloadStart};
    }

    Outcome commit(Deadline deadline) override
    {
        return writeRest(m_calls, {m_outgoing.get() + frameStart, m_frame}, m_sent, deadline, m_counts);
    }

    Received receive(Deadline deadline) override
    {
        while (true) {
            const std::size_t missing = missingBytes();
            if (missing == 0)
                return deliver();
            const ssize_t got = m_calls.read({m_incoming.get() + m_end, missing}, patienceOf(deadline));
            ++m_counts.systemCalls;
            if (isFrameLikePrevious(got)) [[likely]]
                return {Outcome::Done, {m_incoming.get() + payloadStart, m_previousFrame - prefixSize}};
            if (got > 0) {
                m_end += static_cast<std::size_t>(got);
                ++m_reads;
                continue;
            }
            const Outcome outcome = got == 0 ? Outcome::PeerClosed : afterFailure("read", POLLIN, deadline);
            if (outcome == Outcome::PeerClosed)
                return {m_end == m_begin ? Outcome::PeerClosed : Outcome::Truncated};
            if (outcome != Outcome::Done)
                return {outcome};
        }
    }

private:
    /// Done: try again.
    Outcome afterFailure(const char* call, short events, Deadline deadline)
    {
        return afterFailedTransfer(call, {m_calls.descriptor(), events, &Calls::meansClosed}, deadline,
                                   m_counts);
    }

    /// A whole frame as long as the one before, and nothing else: it leaves everything as it was. What the
    /// kernel has just copied is only compared, so that nobody waits for it.
    bool isFrameLikePrevious(ssize_t got) const
    {
        return m_end == frameStart && got == static_cast<ssize_t>(m_previousFrame) &&
               lengthAtBegin() == m_previousFrame - prefixSize;
    }

    /// How many bytes to read next; 0 when a whole frame is there, whose length is then in m_length.
    std::size_t missingBytes()
    {
        const std::size_t buffered = m_end - m_begin;
        if (buffered < prefixSize) {
            if (buffered > 0)
                std::memmove(m_incoming.get() + frameStart, m_incoming.get() + m_begin, buffered);
            m_begin = frameStart;
            m_end = m_begin + buffered;
            return m_previousFrame - buffered;
        }
        m_length = lengthAtBegin();
        const std::size_t frame = prefixSize + m_length;
        return frame > buffered ? frame - buffered : 0;
    }

    std::size_t lengthAtBegin() const
    {
        std::uint32_t length = 0;
        std::memcpy(&length, m_incoming.get() + m_begin, prefixSize);
        if (length == 0 || length > m_largest) [[unlikely]]
            throwCorruptPrefix(length, m_largest);
        return length;
    }

    Received deliver()
    {
        const std::byte* frame = m_incoming.get() + m_begin;
        m_previousFrame = prefixSize + m_length;
        m_begin += m_previousFrame;
        if (m_begin == m_end)
            m_begin = m_end = frameStart;
        if (std::exchange(m_reads, 0) > 1)
            ++m_counts.partialTransfers;
        return {Outcome::Done, {frame + prefixSize, m_length}};
    }

    Calls m_calls;
    std::size_t m_largest;

    MessageBuffer m_outgoing;
    std::size_t m_frame = 0; ///< bytes of the frame in m_outgoing
    std::size_t m_sent = 0;  ///< of them written

    MessageBuffer m_incoming;
    std::size_t m_begin = frameStart; ///< first byte of the next frame; frameStart where there is none
    std::size_t m_end = frameStart;   ///< behind the last byte read
    std::size_t m_length = 0;         ///< payload of the frame at m_begin, once it is whole
    std::size_t m_previousFrame = prefixSize;
    unsigned m_reads = 0; ///< for the current message
};

} // namespace

void throwCorruptPrefix(std::size_t length, std::size_t largest)
{
    throw FailureError(
        {"receive a message",
         0,
         fmt::format("the length prefix says {} B where 1 to {} B are possible: bytes were lost or mixed",
                     length, largest),
         {}});
}

std::unique_ptr<Endpoint> makePipeEndpoint(UniqueFd descriptor, std::size_t largestMessage, Framing framing)
{
    switch (framing) {
    case Framing::LengthPrefix:
        break;
    case Framing::Packets:
        return std::make_unique<PacketEndpoint<PacketPipeCalls>>(PacketPipeCalls(std::move(descriptor)),
                                                                 largestMessage);
    case Framing::None:
        return std::make_unique<UnframedEndpoint<PipeCalls>>(std::move(descriptor), largestMessage);
    }
    return std::make_unique<StreamEndpoint<PipeCalls>>(std::move(descriptor), largestMessage);
}

std::unique_ptr<Endpoint> makeSocketEndpoint(UniqueFd descriptor, std::size_t largestMessage, Framing framing)
{
    assert(framing != Framing::Packets);
    if (framing == Framing::None)
        return std::make_unique<UnframedEndpoint<SocketCalls>>(std::move(descriptor), largestMessage);
    return std::make_unique<StreamEndpoint<SocketCalls>>(std::move(descriptor), largestMessage);
}

} // namespace ipclab
