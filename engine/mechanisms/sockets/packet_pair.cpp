#include "engine/mechanisms/sockets/packet_pair.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/ends_channel.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/waits/patience.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <utility>

namespace ipclab {

namespace {

PacketPair makePair()
{
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

bool fitsOneMore(const PacketPair& pair, std::span<const std::byte> packet, int passed)
{
    return sendPacket(pair.sender, packet, passed, Deadline::immediately()) >= 0;
}

/// What the kernel charges to the send buffer for one packet.
std::uint64_t chargeOf(std::span<const std::byte> packet, int passed)
{
    const PacketPair pair = makePair();
    if (!fitsOneMore(pair, packet, passed))
        throwSystemError("sendmsg");
    int charge = 0;
    check(::ioctl(pair.sender.get(), SIOCOUTQ, &charge), "SIOCOUTQ");
    return static_cast<std::uint64_t>(charge);
}

/// The kernel takes another packet while less is charged than the buffer has, of which it makes twice what it
/// is asked.
void requestLength(const PacketPair& pair, std::uint64_t length, std::uint64_t charge)
{
    const auto size = static_cast<int>(std::min<std::uint64_t>(length * charge / 2, INT_MAX));
    for (const UniqueFd* end : {&pair.sender, &pair.receiver})
        check(::setsockopt(end->get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size), "setsockopt");
}

} // namespace

std::unique_ptr<Channel> makePacketChannel(PacketPair pair, std::vector<EffectiveSetting> settings)
{
    std::vector<KernelObject> objects{objectOf("socket pair", pair.sender.get()),
                                      objectOf("socket pair", pair.receiver.get())};
    return std::make_unique<EndsChannel>(
        EndsChannel::Parts{.sender = std::move(pair.sender),
                           .receiver = std::move(pair.receiver),
                           .capacity = Capacity{pair.length, CapacityUnit::Messages, 0},
                           .settings = std::move(settings),
                           .objects = std::move(objects)});
}

PacketPair makePacketPair(std::uint64_t length, std::size_t packetSize, PacketContent content)
{
    const std::vector<std::byte> packet(packetSize);
    const PacketPair trial = makePair();
    // Any descriptor will do: the trial's own.
    const int passed = content == PacketContent::BytesAndDescriptor ? trial.receiver.get() : -1;
    const std::uint64_t charge = chargeOf(packet, passed);
    requestLength(trial, length, charge);
    PacketPair pair = makePair();
    requestLength(pair, length, charge);
    while (fitsOneMore(trial, packet, passed))
        ++pair.length;
    return pair;
}

OptionSpec queueLengthOption()
{
    return {
        .id = "queue_length",
        .label = "Queue length",
        .help =
            "Messages on their way before a sender has to wait. Each keeps memory of the size of a message. "
            "The kernel lets at least five or so wait.",
        .kind = OptionKind::Count,
        .initial = "16",
        .least = 1,
        .most = 256};
}

EffectiveSetting queueLengthSetting(const Options& options, std::uint64_t length)
{
    return {"queue_length", "Queue length", options.text("queue_length"), std::to_string(length)};
}

ssize_t sendPacket(const UniqueFd& socket, std::span<const std::byte> packet, int passed, Deadline deadline)
{
    iovec part{const_cast<std::byte*>(packet.data()), packet.size()};
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof passed)> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (passed >= 0) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof passed);
        std::memcpy(CMSG_DATA(rights), &passed, sizeof passed);
    }
    return ::sendmsg(socket.get(), &message, MSG_NOSIGNAL | (deadline.isNever() ? 0 : MSG_DONTWAIT));
}

void receiveGreeting(const UniqueFd& socket, std::span<std::byte> packet)
{
    awaitPeer(socket.get(), Deadline::after(patienceWithPeer));
    const ssize_t got = check(::recv(socket.get(), packet.data(), packet.size(), MSG_DONTWAIT), "recv");
    if (got != static_cast<ssize_t>(packet.size()))
        throw FailureError({"meet the other worker", 0, "it has gone already"});
}

} // namespace ipclab
