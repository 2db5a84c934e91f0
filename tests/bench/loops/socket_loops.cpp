// send(2) and recv(2) on one connected pair of sockets: streams with a length before each message, and
// sockets that keep messages apart.

#include "tests/bench/loops/framed_link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <thread>

namespace ipclab {

namespace {

using SocketEnds = std::array<UniqueFd, 2>;

SocketEnds makeUnixPair(int type)
{
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

SocketEnds makeStreams()
{
    return makeUnixPair(SOCK_STREAM);
}
SocketEnds makePackets()
{
    return makeUnixPair(SOCK_SEQPACKET);
}
SocketEnds makeDatagrams()
{
    return makeUnixPair(SOCK_DGRAM);
}

/// Bound to a port of 127.0.0.1 that the kernel chooses.
UniqueFd makeInternetSocket(int type, sockaddr_in& address)
{
    UniqueFd socket(check(::socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket"));
    address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    check(::bind(socket.get(), generic, length), "bind");
    check(::getsockname(socket.get(), generic, &length), "getsockname");
    return socket;
}

void connectTo(const UniqueFd& socket, const sockaddr_in& address)
{
    check(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
}

SocketEnds makeConnection()
{
    sockaddr_in address;
    const UniqueFd listener = makeInternetSocket(SOCK_STREAM, address);
    check(::listen(listener.get(), 1), "listen");
    UniqueFd one(check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    connectTo(one, address);
    UniqueFd other(check(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
    const int on = 1;
    for (const UniqueFd* end : {&one, &other})
        check(::setsockopt(end->get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
    return {std::move(one), std::move(other)};
}

SocketEnds makeInternetDatagrams()
{
    sockaddr_in one;
    sockaddr_in other;
    SocketEnds ends{makeInternetSocket(SOCK_DGRAM, one), makeInternetSocket(SOCK_DGRAM, other)};
    connectTo(ends[0], other);
    connectTo(ends[1], one);
    return ends;
}

template <SocketEnds (*makeEnds)()>
class StreamLink final : public FramedLink {
public:
    using FramedLink::FramedLink;

    void take(LoopSide side) { m_own = m_ends[side == LoopSide::Asker ? 0 : 1].get(); }

    void send()
    {
        writeFrame([this](const std::byte* bytes, std::size_t size) {
            return ::send(m_own, bytes, size, MSG_NOSIGNAL);
        });
    }

    const std::byte* receive()
    {
        return readFrame(
            [this](std::byte* bytes, std::size_t size) { return ::recv(m_own, bytes, size, 0); });
    }

private:
    SocketEnds m_ends = makeEnds();
    int m_own = -1;
};

template <SocketEnds (*makeEnds)(), MayLose loss = MayLose::No>
class PacketLink final {
public:
    static constexpr MayLose mayLose = loss;

    explicit PacketLink(const LoopRequest& request)
        : m_outgoing(request.messageSize), m_incoming(request.messageSize)
    {
    }

    void take(LoopSide side) { m_own = m_ends[side == LoopSide::Asker ? 0 : 1].get(); }

    std::byte* place() { return m_outgoing.data(); }

    void send()
    {
        check(::send(m_own, m_outgoing.data(), m_outgoing.size(), MSG_NOSIGNAL), "send");
        if constexpr (loss == MayLose::Yes)
            repeatFarewell();
    }

    const std::byte* receive()
    {
        const ssize_t got = check(::recv(m_own, m_incoming.data(), m_incoming.size(), MSG_TRUNC), "recv");
        if (got != static_cast<ssize_t>(m_incoming.size())) [[unlikely]]
            throw std::runtime_error("a message has the wrong length");
        return m_incoming.data();
    }

private:
    /// Until nobody is there to take it.
    void repeatFarewell()
    {
        std::uint64_t sequence = 0;
        std::memcpy(&sequence, m_outgoing.data(), sizeof sequence);
        if (sequence != loop_message::farewell) [[likely]]
            return;
        constexpr int tries = 200;
        for (int i = 0; i < tries; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            if (::send(m_own, m_outgoing.data(), m_outgoing.size(), MSG_NOSIGNAL) < 0)
                return;
        }
    }

    SocketEnds m_ends = makeEnds();
    std::vector<std::byte> m_outgoing;
    std::vector<std::byte> m_incoming;
    int m_own = -1;
};

} // namespace

double unixStreamHandLoop(const LoopRequest& request)
{
    return measureLoop<StreamLink<makeStreams>>(request);
}

double unixPacketHandLoop(const LoopRequest& request)
{
    return measureLoop<PacketLink<makePackets>>(request);
}

double unixDatagramHandLoop(const LoopRequest& request)
{
    return measureLoop<PacketLink<makeDatagrams>>(request);
}

double tcpHandLoop(const LoopRequest& request)
{
    return measureLoop<StreamLink<makeConnection>>(request);
}

double udpHandLoop(const LoopRequest& request)
{
    return measureLoop<PacketLink<makeInternetDatagrams, MayLose::Yes>>(request);
}

} // namespace ipclab
