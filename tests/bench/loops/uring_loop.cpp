// A Unix stream socket by io_uring(7), a ring for each end: four messages go with one request where they go
// one way, as they do in the laboratory by default; the receiver asks for eight frames.

#include "tests/bench/loops/hand_loop_body.h"

#include <liburing.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>

namespace ipclab {

namespace {

constexpr std::size_t prefixSize = sizeof(std::uint32_t);
constexpr std::size_t frameStart = 8 - prefixSize;

class Ring {
public:
    Ring()
    {
        constexpr unsigned flags = IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
        if (const int result = ::io_uring_queue_init(4, &m_ring, flags); result < 0)
            throwSystemError(-result, "io_uring_queue_init");
    }
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;
    ~Ring() { ::io_uring_queue_exit(&m_ring); }

    io_uring_sqe* request() { return ::io_uring_get_sqe(&m_ring); }

    std::size_t perform()
    {
        io_uring_cqe* completion = nullptr;
        if (const int result = ::io_uring_submit_and_wait(&m_ring, 1); result < 0)
            throwSystemError(-result, "io_uring_submit_and_wait");
        int result = -EINTR;
        while (result == -EINTR) // it was stopped and goes on
            result = ::io_uring_wait_cqe(&m_ring, &completion);
        if (result < 0)
            throwSystemError(-result, "io_uring_wait_cqe");
        result = completion->res;
        ::io_uring_cqe_seen(&m_ring, completion);
        if (result <= 0)
            throw std::runtime_error("the stream ended early");
        return static_cast<std::size_t>(result);
    }

private:
    io_uring m_ring{};
};

class UringLink final {
public:
    explicit UringLink(const LoopRequest& request)
        : m_together(request.exchange == Exchange::OneWay ? 4 : 1), m_size(request.messageSize),
          m_stride((frameStart + prefixSize + m_size + 63) / 64 * 64), m_outgoing(m_together * m_stride),
          m_incoming(8 * frameSize())
    {
        std::array<int, 2> ends{};
        check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
        m_asker.reset(ends[0]);
        m_answerer.reset(ends[1]);
    }

    void take(LoopSide side)
    {
        m_own = (side == LoopSide::Asker ? m_asker : m_answerer).get();
        m_sending = std::make_unique<Ring>();
        m_receiving = std::make_unique<Ring>();
    }

    std::byte* place() { return frame(m_waiting) + prefixSize; }

    void send()
    {
        const auto length = static_cast<std::uint32_t>(m_size);
        std::memcpy(frame(m_waiting), &length, prefixSize);
        std::uint64_t sequence = 0;
        std::memcpy(&sequence, place(), sizeof sequence);
        m_parts[m_waiting] = {frame(m_waiting), frameSize()};
        if (++m_waiting == m_together || sequence == loop_message::farewell)
            sendAll();
    }

    const std::byte* receive()
    {
        while (m_end - m_begin < frameSize())
            receiveMore();
        const std::byte* message = m_incoming.data() + m_begin + prefixSize;
        m_begin += frameSize();
        return message;
    }

private:
    std::size_t frameSize() const { return prefixSize + m_size; }
    std::byte* frame(std::size_t number) { return m_outgoing.data() + number * m_stride + frameStart; }

    void sendAll()
    {
        std::size_t first = 0;
        while (first < m_waiting) {
            msghdr message{};
            message.msg_iov = &m_parts[first];
            message.msg_iovlen = m_waiting - first;
            ::io_uring_prep_sendmsg(m_sending->request(), m_own, &message, MSG_NOSIGNAL);
            for (std::size_t sent = m_sending->perform(); sent > 0;) {
                iovec& part = m_parts[first];
                const std::size_t taken = std::min(sent, part.iov_len);
                part = {static_cast<std::byte*>(part.iov_base) + taken, part.iov_len - taken};
                sent -= taken;
                first += part.iov_len == 0 ? 1 : 0;
            }
        }
        m_waiting = 0;
    }

    void receiveMore()
    {
        std::memmove(m_incoming.data(), m_incoming.data() + m_begin, m_end - m_begin);
        m_end -= m_begin;
        m_begin = 0;
        ::io_uring_prep_recv(m_receiving->request(), m_own, m_incoming.data() + m_end,
                             m_incoming.size() - m_end, 0);
        m_end += m_receiving->perform();
    }

    std::size_t m_together;
    std::size_t m_size;
    std::size_t m_stride;
    std::vector<std::byte> m_outgoing;
    std::vector<std::byte> m_incoming;
    std::array<iovec, 4> m_parts{};
    std::size_t m_waiting = 0; ///< frames
    std::size_t m_begin = 0;
    std::size_t m_end = 0;
    UniqueFd m_asker;
    UniqueFd m_answerer;
    std::unique_ptr<Ring> m_sending;
    std::unique_ptr<Ring> m_receiving;
    int m_own = -1;
};

} // namespace

double uringHandLoop(const LoopRequest& request)
{
    return measureLoop<UringLink>(request);
}

} // namespace ipclab
