#include "engine/mechanisms/meeting_point.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/waits/patience.h"
#include "engine/mechanisms/waits/waiting.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>

namespace ipclab {

namespace {

/// A worker sends its token at once; a stranger who says nothing must not keep it out for long.
constexpr Nanoseconds patienceWithToken = std::chrono::seconds(1);
constexpr std::size_t tokenLength = 32;

std::string randomToken()
{
    std::array<unsigned char, tokenLength / 2> bytes{};
    check(::getrandom(bytes.data(), bytes.size(), 0), "getrandom");
    return fmt::format("{:02x}", fmt::join(bytes, ""));
}

int optionOf(const UniqueFd& socket, int option)
{
    int value = 0;
    socklen_t length = sizeof value;
    check(::getsockopt(socket.get(), SOL_SOCKET, option, &value, &length), "getsockopt");
    return value;
}

/// Whether the next bytes to arrive are the token. A stranger's end or error is none.
bool hasToken(const UniqueFd& socket, std::string_view token, Deadline deadline)
{
    std::array<char, tokenLength> said{};
    std::size_t length = 0;
    while (length < said.size() && becomesReadable(socket.get(), deadline)) {
        const ssize_t got = ::recv(socket.get(), said.data() + length, said.size() - length, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return false;
        length += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    return std::string_view(said.data(), length) == token;
}

/// Where the kernel can say who has connected.
std::optional<ucred> whoConnected(const UniqueFd& connection)
{
    if (optionOf(connection, SO_DOMAIN) != AF_UNIX)
        return std::nullopt;
    ucred peer{};
    socklen_t length = sizeof peer;
    check(::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &length), "getsockopt");
    return peer;
}

/// To standard error, which becomes part of the run's events.
void tellOfStranger(const std::string& who, std::string_view what)
{
    fmt::print(stderr, "{} {} and did not know the run's token: it was turned away.\n", who, what);
}

/// Whether it is this user's and knows the token; a stranger is told of.
bool isExpected(const UniqueFd& connection, std::string_view token)
{
    const std::optional<ucred> peer = whoConnected(connection);
    if ((!peer || peer->uid == ::geteuid()) &&
        hasToken(connection, token, Deadline::after(patienceWithToken)))
        return true;
    tellOfStranger(peer ? fmt::format("Process {} of user {}", peer->pid, peer->uid) : "A stranger",
                   "connected to this worker's socket");
    return false;
}

UniqueFd acceptPeer(const UniqueFd& listener, std::string_view token)
{
    const Deadline deadline = Deadline::after(patienceWithPeer);
    while (true) {
        awaitPeer(listener.get(), deadline);
        UniqueFd connection(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!connection && errno != ECONNABORTED && errno != EINTR)
            throwSystemError("accept4");
        if (connection && isExpected(connection, token))
            return connection;
    }
}

void sendToken(const UniqueFd& socket, std::string_view token)
{
    check(::send(socket.get(), token.data(), token.size(), MSG_NOSIGNAL), "send");
}

/// Forgets what strangers have sent before the socket was connected.
void discardAll(const UniqueFd& socket)
{
    char byte = 0;
    while (::recv(socket.get(), &byte, sizeof byte, MSG_DONTWAIT) >= 0)
        ;
}

/// Takes the address from which the token came as the only one to listen to.
void connectBack(const UniqueFd& socket, std::string_view token)
{
    const Deadline deadline = Deadline::after(patienceWithPeer);
    std::array<char, tokenLength + 1> said{};
    sockaddr_storage from{};
    auto* const address = reinterpret_cast<sockaddr*>(&from);
    std::string_view heard;
    socklen_t length = 0;
    while (heard != token) {
        awaitPeer(socket.get(), deadline);
        length = sizeof from;
        const ssize_t got =
            ::recvfrom(socket.get(), said.data(), said.size(), MSG_DONTWAIT, address, &length);
        heard = {said.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
        if (got >= 0 && heard != token)
            tellOfStranger("A stranger", "sent to this worker's socket");
    }
    check(::connect(socket.get(), address, length), "connect");
    discardAll(socket);
}

/// The token goes to and fro, so that either knows the other. The answer also means that the greeting takes
/// no room in the socket any more, and that nobody else can send to it.
void greet(const UniqueFd& socket, std::string_view token)
{
    sendToken(socket, token);
    if (!hasToken(socket, token, Deadline::after(patienceWithPeer)))
        throw FailureError(
            {"meet the other worker", 0, "it did not answer within 10 s, or not with the run's token"});
}

UniqueFd meetSender(UniqueFd bound, Meeting meeting, std::string_view token)
{
    switch (meeting) {
    case Meeting::Accepted:
        return acceptPeer(bound, token);
    case Meeting::ConnectedBack:
        connectBack(bound, token);
        break;
    }
    return bound;
}

UniqueFd awaitGreeting(UniqueFd bound, Meeting meeting, std::string_view token)
{
    UniqueFd socket = meetSender(std::move(bound), meeting, token);
    sendToken(socket, token);
    return socket;
}

} // namespace

MeetingPoint::MeetingPoint(UniqueFd bound, std::string address)
    : m_bound(std::move(bound)), m_address(std::move(address)), m_token(randomToken())
{
}

Invitation MeetingPoint::invite(Seat seat) const
{
    Invitation invitation;
    invitation.address = m_token + " " + m_address;
    if (seat.end == ChannelEnd::Receiver && m_bound)
        invitation.descriptors.push_back(duplicate(m_bound));
    return invitation;
}

UniqueFd meetPeer(Seat seat, Invitation invitation, Meeting meeting, const Connect& connect)
{
    const std::string_view token = std::string_view(invitation.address).substr(0, tokenLength);
    if (seat.end == ChannelEnd::Receiver)
        return awaitGreeting(std::move(invitation.descriptors.at(0)), meeting, token);
    UniqueFd socket = connect(addressOf(invitation));
    greet(socket, token);
    return socket;
}

std::string addressOf(const Invitation& invitation)
{
    return invitation.address.substr(tokenLength + 1);
}

} // namespace ipclab
