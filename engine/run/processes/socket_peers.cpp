#include "engine/run/processes/socket_peers.h"

#include "engine/base/mapping.h"
#include "engine/base/unique_fd.h"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <utility>

namespace ipclab {

namespace {

using Peers = std::map<std::uint64_t, std::uint64_t>;

bool askForUnixSockets(const UniqueFd& netlink)
{
    struct {
        nlmsghdr header;
        unix_diag_req request;
    } message{};
    message.header = {.nlmsg_len = sizeof message,
                      .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                      .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                      .nlmsg_seq = 0,
                      .nlmsg_pid = 0};
    message.request.sdiag_family = AF_UNIX;
    message.request.udiag_states = ~0U;
    message.request.udiag_show = UDIAG_SHOW_PEER;
    return ::send(netlink.get(), &message, sizeof message, 0) == static_cast<ssize_t>(sizeof message);
}

/// The attribute UNIX_DIAG_PEER of one answer.
void notePeer(const nlmsghdr& header, const std::byte* body, Peers& peers)
{
    unix_diag_msg socket{};
    std::memcpy(&socket, body, sizeof socket);
    std::size_t at = NLMSG_ALIGN(sizeof socket);
    const std::size_t end = header.nlmsg_len - NLMSG_HDRLEN;
    while (at + sizeof(rtattr) <= end) {
        rtattr attribute{};
        std::memcpy(&attribute, body + at, sizeof attribute);
        if (attribute.rta_len < sizeof attribute)
            return;
        if (attribute.rta_type == UNIX_DIAG_PEER && at + RTA_LENGTH(sizeof(std::uint32_t)) <= end) {
            std::uint32_t inode = 0;
            std::memcpy(&inode, body + at + RTA_LENGTH(0), sizeof inode);
            peers[socket.udiag_ino] = inode;
        }
        at += RTA_ALIGN(attribute.rta_len);
    }
}

/// False when the last answer was among them.
bool noteAnswers(const std::byte* bytes, std::size_t length, Peers& peers)
{
    std::size_t at = 0;
    while (at + sizeof(nlmsghdr) <= length) {
        nlmsghdr header{};
        std::memcpy(&header, bytes + at, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > length - at)
            return false;
        if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY)
            return false;
        if (header.nlmsg_len >= NLMSG_LENGTH(sizeof(unix_diag_msg)))
            notePeer(header, bytes + at + NLMSG_HDRLEN, peers);
        at += NLMSG_ALIGN(header.nlmsg_len);
    }
    return true;
}

void noteUnixSockets(Peers& peers)
{
    const UniqueFd netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!netlink || !askForUnixSockets(netlink))
        return;
    std::array<std::byte, 32768> answers;
    ssize_t length = 0;
    do {
        length = ::recv(netlink.get(), answers.data(), answers.size(), 0);
    } while (length > 0 && noteAnswers(answers.data(), static_cast<std::size_t>(length), peers));
}

/// Two sockets are connected where one's addresses are the other's, swapped.
void noteInternetSockets(const char* table, Peers& peers)
{
    std::map<std::pair<std::string, std::string>, std::uint64_t> byAddresses;
    std::istringstream text(readSmallFile(table));
    for (std::string line; std::getline(text, line);) {
        std::array<char, 64> local{};
        std::array<char, 64> remote{};
        unsigned long long inode = 0;
        if (std::sscanf(line.c_str(), " %*d: %63s %63s %*x %*x:%*x %*x:%*x %*x %*u %*u %llu", local.data(),
                        remote.data(), &inode) == 3 &&
            inode != 0)
            byAddresses[{local.data(), remote.data()}] = inode;
    }
    for (const auto& [addresses, inode] : byAddresses) {
        const auto other = byAddresses.find({addresses.second, addresses.first});
        if (other != byAddresses.end())
            peers[inode] = other->second;
    }
}

} // namespace

SocketPeers SocketPeers::read()
{
    SocketPeers peers;
    noteUnixSockets(peers.m_peers);
    noteInternetSockets("/proc/net/tcp", peers.m_peers);
    noteInternetSockets("/proc/net/udp", peers.m_peers);
    return peers;
}

std::string SocketPeers::peerOf(const std::string& socket) const
{
    unsigned long long inode = 0;
    if (std::sscanf(socket.c_str(), "socket:[%llu]", &inode) != 1)
        return {};
    const auto found = m_peers.find(inode);
    return found == m_peers.end() ? std::string() : fmt::format("socket:[{}]", found->second);
}

} // namespace ipclab
