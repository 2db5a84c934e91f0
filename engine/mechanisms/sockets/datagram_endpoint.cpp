#include "engine/mechanisms/sockets/datagram_endpoint.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/packet_endpoint.h"

#include <sys/socket.h>

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

class DatagramCalls {
public:
    static constexpr const char* sending = "send";
    static constexpr const char* receiving = "recv";

    explicit DatagramCalls(UniqueFd socket) : m_socket(std::move(socket)) {}

    ssize_t send(std::span<const std::byte> message, Deadline deadline)
    {
        return ::send(m_socket.get(), message.data(), message.size(), MSG_NOSIGNAL | flagsFor(deadline));
    }

    /// Said once, and before what is still queued: end of file follows that.
    static bool isPassing(int error) { return error == ECONNRESET; }

    static bool meansClosed(int error) { return meansSocketClosed(error); }

    int descriptor() const { return m_socket.get(); }

private:
    UniqueFd m_socket;
};

/// recv(2), for sockets that lose nothing.
class PlainCalls final : public DatagramCalls {
public:
    using DatagramCalls::DatagramCalls;

    ssize_t receive(std::span<std::byte> place, Deadline deadline, TransferCounts&)
    {
        return ::recv(descriptor(), place.data(), place.size(), flagsFor(deadline));
    }
};

/// recvmsg(2), with which the kernel tells how many messages the receive buffer had no room for
/// (SO_RXQ_OVFL).
class DropCountingCalls final : public DatagramCalls {
public:
    explicit DropCountingCalls(UniqueFd socket) : DatagramCalls(std::move(socket))
    {
        const int on = 1;
        check(::setsockopt(descriptor(), SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on), "setsockopt");
    }

    ssize_t receive(std::span<std::byte> place, Deadline deadline, TransferCounts& counts)
    {
        iovec part{place.data(), place.size()};
        alignas(cmsghdr) std::byte control[CMSG_SPACE(sizeof(std::uint32_t))];
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        const ssize_t got = ::recvmsg(descriptor(), &message, flagsFor(deadline));
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

} // namespace

std::unique_ptr<Endpoint> makePacketEndpoint(UniqueFd socket, std::size_t largestMessage)
{
    return std::make_unique<PacketEndpoint<PlainCalls>>(PlainCalls(std::move(socket)), largestMessage);
}

std::unique_ptr<Endpoint> makeUdpEndpoint(UniqueFd socket, std::size_t largestMessage)
{
    return std::make_unique<PacketEndpoint<DropCountingCalls>>(DropCountingCalls(std::move(socket)),
                                                               largestMessage);
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
