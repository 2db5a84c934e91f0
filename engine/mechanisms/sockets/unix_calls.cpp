#include "engine/mechanisms/sockets/unix_calls.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/sockets/socket_buffers.h"
#include "engine/mechanisms/waits/patience.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

namespace ipclab {

namespace {

/// Strangers may knock before the sender does.
constexpr int backlog = 16;

int typeOf(UnixSocketSort sort)
{
    switch (sort) {
    case UnixSocketSort::Stream:
        return SOCK_STREAM;
    case UnixSocketSort::Packets:
        return SOCK_SEQPACKET;
    case UnixSocketSort::Datagrams:
        return SOCK_DGRAM;
    }
    return 0;
}

/// A path, or after an "@" an abstract name, as ss(8) and /proc/net/unix write them.
class UnixAddress final {
public:
    explicit UnixAddress(const std::string& text)
    {
        if (text.size() >= sizeof m_address.sun_path)
            throw FailureError(
                {"make a socket at " + text, 0,
                 fmt::format("a socket's path may have {} B at the most", sizeof m_address.sun_path - 1),
                 "Set XDG_RUNTIME_DIR to a shorter directory"});
        m_address.sun_family = AF_UNIX;
        std::memcpy(m_address.sun_path, text.data(), text.size());
        const bool isAbstract = text.front() == '@';
        if (isAbstract)
            m_address.sun_path[0] = '\0';
        // The end of an abstract name is the end of the address, not a zero byte.
        m_length =
            static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size() + (isAbstract ? 0 : 1));
    }

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&m_address); }
    socklen_t length() const { return m_length; }

private:
    sockaddr_un m_address{};
    socklen_t m_length = 0;
};

UniqueFd makeSocket(UnixSocketSort sort, const Options& options)
{
    UniqueFd socket(check(::socket(AF_UNIX, typeOf(sort) | SOCK_CLOEXEC, 0), "socket"));
    requestBuffers(socket, options);
    return socket;
}

} // namespace

SocketPair makeSocketPair(UnixSocketSort sort, const Options& options)
{
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, typeOf(sort) | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
    SocketPair sockets{UniqueFd(ends[0]), UniqueFd(ends[1])};
    for (const UniqueFd& socket : sockets)
        requestBuffers(socket, options);
    return sockets;
}

UniqueFd makeBoundSocket(UnixSocketSort sort, const Options& options, const std::string& address)
{
    UniqueFd socket = makeSocket(sort, options);
    const UnixAddress name(address);
    try {
        check(::bind(socket.get(), name.get(), name.length()), "bind");
    } catch (const std::system_error& error) {
        throw FailureError(explain(error, "make a socket at " + address));
    }
    if (address.front() != '@')
        check(::chmod(address.c_str(), S_IRUSR | S_IWUSR), "chmod");
    switch (sort) {
    case UnixSocketSort::Stream:
    case UnixSocketSort::Packets:
        check(::listen(socket.get(), backlog), "listen");
        break;
    case UnixSocketSort::Datagrams:
        break;
    }
    return socket;
}

UniqueFd connectTo(UnixSocketSort sort, const JoinRequest& request, const std::string& address)
{
    UniqueFd socket = makeSocket(sort, request.options);
    const UnixAddress name(address);
    // A datagram's sender needs an address of its own, so that it can be told from others: one of the
    // kernel's choice.
    constexpr sa_family_t family = AF_UNIX;
    if (sort == UnixSocketSort::Datagrams)
        check(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&family), sizeof family), "bind");
    const auto connect = [&] { return ::connect(socket.get(), name.get(), name.length()); };
    if (request.rendezvous == Rendezvous::Inherited)
        check(connect(), "connect");
    else // the receiver may not have made its socket yet, or not be listening
        check(persistUntilPeer(connect, {ENOENT, ECONNREFUSED}, request.refused), "connect");
    return socket;
}

UniqueFd connectedSocket(UnixSocketSort sort, const Options& options, const std::string& address)
{
    UniqueFd socket = makeSocket(sort, options);
    const UnixAddress name(address);
    check(::connect(socket.get(), name.get(), name.length()), "connect");
    return socket;
}

} // namespace ipclab
