#include "engine/mechanisms/sockets/loopback.h"

#include "engine/base/failure.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>

namespace ipclab {

namespace {

sockaddr_in loopbackAddress(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

const sockaddr* generic(const sockaddr_in& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}

} // namespace

UniqueFd makeLoopbackSocket(int type)
{
    return UniqueFd(check(::socket(AF_INET, type | SOCK_CLOEXEC, 0), "socket"));
}

void bindToFreePort(const UniqueFd& socket)
{
    const sockaddr_in address = loopbackAddress(0);
    check(::bind(socket.get(), generic(address), sizeof address), "bind");
}

std::string addressOf(const UniqueFd& socket)
{
    sockaddr_in address{};
    socklen_t length = sizeof address;
    check(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
    return fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
}

void connectToLoopback(const UniqueFd& socket, const std::string& address)
{
    const auto port = std::strtoul(address.c_str() + address.find(':') + 1, nullptr, 10);
    const sockaddr_in target = loopbackAddress(static_cast<std::uint16_t>(port));
    try {
        check(::connect(socket.get(), generic(target), sizeof target), "connect");
    } catch (const std::system_error& error) {
        throw FailureError(explain(error, "connect to " + address));
    }
}

} // namespace ipclab
