#include "tests/support/stranger.h"

#include "engine/base/failure.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>
#include <string_view>

namespace ipclab {

namespace {

constexpr std::string_view lie = "0123456789abcdef0123456789abcdef";

int typeOf(const std::string& mechanism)
{
    if (mechanism == "unix_seqpacket")
        return SOCK_SEQPACKET;
    return mechanism == "unix_datagram" || mechanism == "udp" ? SOCK_DGRAM : SOCK_STREAM;
}

UniqueFd connectToUnix(const std::string& address, int type)
{
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, address.data(), address.size());
    if (address.front() == '@')
        name.sun_path[0] = '\0';
    const std::size_t length =
        offsetof(sockaddr_un, sun_path) + address.size() + (address.front() == '@' ? 0 : 1);
    UniqueFd socket(check(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0), "socket"));
    check(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), static_cast<socklen_t>(length)),
          "connect");
    return socket;
}

UniqueFd connectToPort(const std::string& address, int type)
{
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    name.sin_port = htons(static_cast<std::uint16_t>(std::stoul(address.substr(address.find(':') + 1))));
    UniqueFd socket(check(::socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket"));
    check(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), "connect");
    return socket;
}

} // namespace

Stranger::Stranger(const std::string& invitation, const std::string& mechanism)
    : m_isConnected(typeOf(mechanism) != SOCK_DGRAM)
{
    const std::string address = invitation.substr(invitation.find(' ') + 1);
    const bool isUnix = address.front() == '@' || address.front() == '/';
    m_socket = isUnix ? connectToUnix(address, typeOf(mechanism)) : connectToPort(address, typeOf(mechanism));
    check(::send(m_socket.get(), lie.data(), lie.size(), MSG_NOSIGNAL), "send");
}

bool Stranger::wasTurnedAway() const
{
    char answer = 0;
    const ssize_t got = ::recv(m_socket.get(), &answer, sizeof answer, MSG_DONTWAIT);
    return m_isConnected ? got == 0 || (got < 0 && errno == ECONNRESET) : got < 0;
}

} // namespace ipclab
