#include "engine/mechanisms/sockets/datagram_endpoint.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/waits/waiting.h"

#include <poll.h>
#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace ipclab {

namespace {

int flagsFor(Deadline deadline)
{
    return deadline.isNever() ? 0 : MSG_DONTWAIT;
}

/// recv(2), for sockets that lose nothing.
class PlainReceive final {
public:
    explicit PlainReceive(const UniqueFd&) {}

    ssize_t operator()(const UniqueFd& socket, std::span<std::byte> place, int flags, TransferCounts&)
    {
        return ::recv(socket.get(), place.data(), place.size(), flags);
    }
};

/// recvmsg(2), with which the kernel tells how many messages the receive buffer had no room for
/// (SO_RXQ_OVFL).
class CountingReceive final {
public:
    explicit CountingReceive(const UniqueFd& socket)
    {
        const int on = 1;
        check(::setsockopt(socket.get(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on), "setsockopt");
    }

    ssize_t operator()(const UniqueFd& socket, std::span<std::byte> place, int flags, TransferCounts& counts)
    {
        iovec part{place.data(), place.size()};
        alignas(cmsghdr) std::byte control[CMSG_SPACE(sizeof(std::uint32_t))];
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const ssize_t got = ::recvmsg(socket.get(), &message, flags);
        // There is no such note until something was dropped.
        if (const cmsghdr* note = got < 0 ? nullptr : CMSG_FIRSTHDR(&message)) [[unlikely]]
            noteDrops(*note, counts);
        return got;
    }

private:
    /// The kernel counts modulo 2³².
    void noteDrops(const cmsghdr& note, TransferCounts& counts)
    {
        if (note.cmsg_level != SOL_SOCKET || note.cmsg_type != SO_RXQ_OVFL)
            return;
        std::uint32_t dropped = 0;
        std::memcpy(&dropped, CMSG_DATA(&note), sizeof dropped);
        counts.dropped += dropped - std::exchange(m_dropped, dropped);
    }

    std::uint32_t m_dropped = 0;
};

template <typename Receive>
class DatagramEndpoint final : public Endpoint {
public:
    DatagramEndpoint(UniqueFd socket, std::size_t largestMessage)
        : m_socket(std::move(socket)), m_receive(m_socket), m_largest(largestMessage),
          m_outgoing(std::make_unique_for_overwrite<std::byte[]>(largestMessage)),
          m_incoming(std::make_unique_for_overwrite<std::byte[]>(largestMessage))
    {
    }

    int pollDescriptor() const override { return m_socket.get(); }
    bool abandon() override { return true; }

    // Hot path: these three run once per message.

    Reservation reserve(std::size_t size, Deadline) override
    {
        assert(size >= 1 && size <= m_largest);
        m_size = size;
        return {Outcome::Done, m_outgoing.get()};
    }

    Outcome commit(Deadline deadline) override
    {
        while (true) {
            ++m_counts.systemCalls;
            const ssize_t sent =
                ::send(m_socket.get(), m_outgoing.get(), m_size, MSG_NOSIGNAL | flagsFor(deadline));
            if (sent >= 0) [[likely]]
                return Outcome::Done;
            if (const Outcome outcome = afterFailure("send", POLLOUT, deadline); outcome != Outcome::Done)
                return outcome;
        }
    }

    Received receive(Deadline deadline) override
    {
        while (true) {
            ++m_counts.systemCalls;
            const ssize_t got =
                m_receive(m_socket, {m_incoming.get(), m_largest}, flagsFor(deadline), m_counts);
            if (got > 0) [[likely]]
                return {Outcome::Done, {m_incoming.get(), static_cast<std::size_t>(got)}};
            // Said once, and before what is still queued: end of file follows that.
            if (got < 0 && errno == ECONNRESET)
                continue;
            const Outcome outcome = got == 0 ? Outcome::PeerClosed : afterFailure("recv", POLLIN, deadline);
            if (outcome != Outcome::Done)
                return {outcome};
        }
    }

private:
    /// Done: try again.
    Outcome afterFailure(const char* call, short events, Deadline deadline)
    {
        return afterFailedTransfer(call, {m_socket.get(), events}, deadline, m_counts);
    }

    UniqueFd m_socket;
    Receive m_receive;
    std::size_t m_largest;
    std::unique_ptr<std::byte[]> m_outgoing;
    std::size_t m_size = 0;
    std::unique_ptr<std::byte[]> m_incoming;
};

} // namespace

std::unique_ptr<Endpoint> makePacketEndpoint(UniqueFd socket, std::size_t largestMessage)
{
    return std::make_unique<DatagramEndpoint<PlainReceive>>(std::move(socket), largestMessage);
}

std::unique_ptr<Endpoint> makeUdpEndpoint(UniqueFd socket, std::size_t largestMessage)
{
    return std::make_unique<DatagramEndpoint<CountingReceive>>(std::move(socket), largestMessage);
}

std::size_t largestThatPasses(const UniqueFd& sender, const UniqueFd& receiver, std::size_t most)
{
    std::vector<std::byte> message(most);
    const auto passes = [&](std::size_t size) {
        if (::send(sender.get(), message.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
            return false;
        return ::recv(receiver.get(), message.data(), size, MSG_DONTWAIT) == static_cast<ssize_t>(size);
    };
    if (most > 0 && passes(most))
        return most;
    std::size_t passing = 0;
    for (std::size_t failing = most; failing - passing > 1;) {
        const std::size_t middle = passing + (failing - passing) / 2;
        (passes(middle) ? passing : failing) = middle;
    }
    return passing;
}

} // namespace ipclab
