#include "engine/mechanisms/sockets/uring_endpoint.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/message_buffer.h"
#include "engine/mechanisms/sockets/uring.h"
#include "engine/mechanisms/streams/stream_endpoint.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace ipclab {

namespace {

constexpr std::size_t prefixSize = bytesPerPrefix;
/// Where a frame starts in its slot, so that the payload is aligned to 8.
constexpr std::size_t frameStart = 8 - prefixSize;

/// Whether the result of a request says that nobody is at the other end. Throws for what cannot be mended; a
/// request that was interrupted or found nothing to do is to be repeated.
bool saysPeerClosed(const char* request, int result)
{
    switch (-result) {
    case EPIPE:
    case ECONNRESET:
        return true;
    case EINTR:
    case EAGAIN:
        return false;
    default:
        throwSystemError(-result, request);
    }
}

/// Frames wait in slots, in order: first those that the request on its way is about, then those for the next
/// one.
class UringSender final : public Endpoint {
public:
    UringSender(UniqueFd socket, const UringTerms& terms)
        : m_socket(std::move(socket)), m_depth(terms.depth), m_batch(messagesPerRequest(terms.depth)),
          m_stride((frameStart + prefixSize + terms.largestMessage + 63) / 64 * 64),
          m_slots(makeMessageBuffer(m_depth * m_stride)), m_parts(2 * m_depth), m_ring(terms.submission)
    {
    }

    ~UringSender() override
    {
        try {
            Outcome outcome = Outcome::Done;
            while (m_sent != m_committed && !m_hasGivenUp && outcome != Outcome::PeerClosed)
                outcome = advance(Deadline::never());
        } catch (const std::exception&) {
            // The socket is of no use any more: nothing that was not sent can be.
        }
    }

    int pollDescriptor() const override { return m_socket.get(); }

    // Hot path: these two run once per message.

    Reservation reserve(std::size_t size, Deadline deadline) override
    {
        while (m_committed - m_sent == m_depth) {
            const Outcome outcome = advance(deadline);
            m_hasGivenUp = outcome != Outcome::Done;
            if (m_hasGivenUp)
                return {outcome};
        }
        const auto length = static_cast<std::uint32_t>(size);
        std::byte* frame = m_slots.get() + m_nextSlot * m_stride + frameStart;
        std::memcpy(frame, &length, prefixSize);
        setPart(m_nextSlot, {frame, prefixSize + size});
        return {Outcome::Done, frame + prefixSize};
    }

    Outcome commit(Deadline) override
    {
        ++m_committed;
        m_nextSlot = slotAfter(m_nextSlot);
        if (m_committed - m_submitted < m_batch)
            return Outcome::Done;
        return sendMore();
    }

    void flush() override
    {
        if (m_committed != m_submitted)
            sendMore();
    }

    Received receive(Deadline) override
    {
        assert(!"this end only sends");
        return {Outcome::PeerClosed};
    }

private:
    /// Sends all that waits; what finds a request on its way still goes with the next call. Never blocks.
    Outcome sendMore()
    {
        Outcome outcome = Outcome::Done;
        while (outcome == Outcome::Done && m_sent != m_committed)
            outcome = advance(Deadline::immediately());
        return outcome == Outcome::WouldBlock ? Outcome::Done : outcome;
    }

    /// Waits for the request on its way; makes one where there is none.
    Outcome advance(Deadline deadline)
    {
        if (!m_ring.isBusy())
            submit();
        int result = 0;
        const Outcome outcome = m_ring.await(result, deadline, m_counts);
        if (outcome != Outcome::Done)
            return outcome;
        if (result < 0 && saysPeerClosed("sendmsg", result))
            return Outcome::PeerClosed;
        noteSent(static_cast<std::size_t>(std::max(result, 0)));
        return Outcome::Done;
    }

    /// One request for all frames that wait.
    void submit()
    {
        m_message.msg_iov = &m_parts[m_firstSlot];
        m_message.msg_iovlen = m_committed - m_sent;
        m_submitted = m_committed;
        ::io_uring_prep_sendmsg(m_ring.request(), m_socket.get(), &m_message, MSG_NOSIGNAL);
        m_ring.submit(m_counts);
    }

    /// Without a division, which would be the dearest step of a message's way to the ring.
    std::size_t slotAfter(std::size_t slot) const { return slot + 1 == m_depth ? 0 : slot + 1; }

    void setPart(std::size_t slot, const iovec& part)
    {
        m_parts[slot] = part;
        m_parts[slot + m_depth] = part;
    }

    void noteSent(std::size_t bytes)
    {
        while (bytes > 0) {
            const iovec& part = m_parts[m_firstSlot];
            if (bytes < part.iov_len) {
                setPart(m_firstSlot, {static_cast<std::byte*>(part.iov_base) + bytes, part.iov_len - bytes});
                if (!std::exchange(m_isPartlySent, true))
                    ++m_counts.partialTransfers;
                break;
            }
            bytes -= part.iov_len;
            m_isPartlySent = false;
            m_firstSlot = slotAfter(m_firstSlot);
            ++m_sent;
        }
        m_submitted = m_sent;
    }

    UniqueFd m_socket;
    const std::uint64_t m_depth;
    const std::uint64_t m_batch;
    const std::size_t m_stride;
    const MessageBuffer m_slots;
    /// Of each slot's frame, what is still to be sent; twice over, so that those of a request lie in a row.
    std::vector<iovec> m_parts;
    msghdr m_message{};
    std::uint64_t m_committed = 0; ///< frames
    std::uint64_t m_submitted = 0; ///< of them sent or in the request on its way
    std::uint64_t m_sent = 0;      ///< of them in the socket
    std::size_t m_nextSlot = 0;    ///< where the frame after the committed ones goes
    std::size_t m_firstSlot = 0;   ///< of the first frame that is not in the socket yet
    bool m_isPartlySent = false;   ///< the frame after those
    bool m_hasGivenUp = false;     ///< the last message found no room, unless there is a next one
    Uring m_ring;                  ///< goes first: what it refers to must still be there
};

/// Asks for as many bytes as `depth` frames of the previous one's size have.
class UringReceiver final : public Endpoint {
public:
    UringReceiver(UniqueFd socket, const UringTerms& terms)
        : m_socket(std::move(socket)), m_depth(terms.depth), m_largest(terms.largestMessage),
          m_size((terms.depth + 1) * (prefixSize + terms.largestMessage)),
          m_buffer(makeMessageBuffer(m_size)), m_ring(terms.submission)
    {
    }

    /// Where the kernel says that a request has come to its end.
    int pollDescriptor() const override { return m_ring.descriptor(); }

    // Hot path: runs once per message.

    Received receive(Deadline deadline) override
    {
        m_begin += std::exchange(m_delivered, 0);
        while (true) {
            const std::size_t missing = missingBytes();
            if (missing == 0)
                return deliver();
            if (!m_ring.isBusy())
                request(missing);
            int result = 0;
            const Outcome outcome = m_ring.await(result, deadline, m_counts);
            if (outcome != Outcome::Done)
                return {outcome};
            if (result == 0 || (result < 0 && saysPeerClosed("recv", result)))
                return {m_end == m_begin ? Outcome::PeerClosed : Outcome::Truncated};
            m_end += static_cast<std::size_t>(std::max(result, 0));
            ++m_requests;
        }
    }

    Reservation reserve(std::size_t, Deadline) override
    {
        assert(!"this end only receives");
        return {Outcome::PeerClosed};
    }

    Outcome commit(Deadline) override { return Outcome::PeerClosed; }

private:
    /// 0 when a whole frame is there.
    std::size_t missingBytes()
    {
        const std::size_t buffered = m_end - m_begin;
        if (buffered < prefixSize)
            return m_previousFrame - buffered;
        std::uint32_t length = 0;
        std::memcpy(&length, m_buffer.get() + m_begin, prefixSize);
        if (length == 0 || length > m_largest) [[unlikely]]
            throwCorruptPrefix(length, m_largest);
        m_length = length;
        const std::size_t frame = prefixSize + length;
        return frame > buffered ? frame - buffered : 0;
    }

    void request(std::size_t missing)
    {
        const std::size_t buffered = m_end - m_begin;
        const std::size_t wanted = std::max(missing + buffered, m_depth * m_previousFrame);
        if (buffered == 0 || m_begin + wanted > m_size) {
            std::memmove(m_buffer.get(), m_buffer.get() + m_begin, buffered);
            m_begin = 0;
            m_end = buffered;
        }
        ::io_uring_prep_recv(m_ring.request(), m_socket.get(), m_buffer.get() + m_end, wanted - buffered, 0);
        m_ring.submit(m_counts);
    }

    Received deliver()
    {
        m_delivered = m_previousFrame = prefixSize + m_length;
        if (std::exchange(m_requests, 0) > 1)
            ++m_counts.partialTransfers;
        return {Outcome::Done, {m_buffer.get() + m_begin + prefixSize, m_length}};
    }

    UniqueFd m_socket;
    const std::uint64_t m_depth;
    const std::size_t m_largest;
    const std::size_t m_size; ///< of the buffer
    const MessageBuffer m_buffer;
    std::size_t m_begin = 0;     ///< first byte of the next frame
    std::size_t m_end = 0;       ///< behind the last byte received
    std::size_t m_length = 0;    ///< payload of the frame at m_begin, once its prefix is there
    std::size_t m_delivered = 0; ///< frame at m_begin that the caller still looks at
    std::size_t m_previousFrame = prefixSize;
    unsigned m_requests = 0; ///< for the current message
    Uring m_ring;            ///< goes first: what it refers to must still be there
};

} // namespace

std::unique_ptr<Endpoint> makeUringSender(UniqueFd socket, const UringTerms& terms)
{
    return std::make_unique<UringSender>(std::move(socket), terms);
}

std::unique_ptr<Endpoint> makeUringReceiver(UniqueFd socket, const UringTerms& terms)
{
    return std::make_unique<UringReceiver>(std::move(socket), terms);
}

std::optional<Unavailability> uringUnavailable()
{
    io_uring ring{};
    const int result = ::io_uring_queue_init(1, &ring, 0);
    if (result >= 0) {
        ::io_uring_queue_exit(&ring);
        return std::nullopt;
    }
    const std::string setting = readSmallFile("/proc/sys/kernel/io_uring_disabled");
    if (result == -EPERM && !setting.empty() && setting.front() != '0')
        return Unavailability{
            fmt::format("io_uring is switched off here (kernel.io_uring_disabled is {})", setting.front()),
            "switch it on with: sysctl kernel.io_uring_disabled=0"};
    return refusalOf("io_uring_setup(2)", -result);
}

} // namespace ipclab
