// UDP datagrams (udp(7)) over the loopback interface: whole messages without a connection, and without any
// promise. Nobody waits for anybody: a datagram that finds the receive buffer (SO_RCVBUF) full is dropped,
// and the sender is never told, so who sends faster than the other reads loses messages. The kernel counts
// what it drops (SO_RXQ_OVFL). connect(2) does not connect but names the only peer to send to and to listen
// to. An IP packet carries 65535 B, of which 65507 B are left for the message. When the peer's socket is
// closed the next send(2) still succeeds; the kernel answers that datagram by ICMP, and the send(2) after it
// fails with ECONNREFUSED. A receiver hears nothing.

#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/meeting_point.h"
#include "engine/mechanisms/sockets/datagram_endpoint.h"
#include "engine/mechanisms/sockets/loopback.h"
#include "engine/mechanisms/sockets/socket_buffers.h"

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>

namespace ipclab {

namespace {

constexpr std::size_t largestDatagram = 65507;

UniqueFd makeUdpSocket(const Options& options)
{
    UniqueFd socket = makeLoopbackSocket(SOCK_DGRAM);
    requestBuffers(socket, options);
    return socket;
}

UniqueFd makeBoundSocket(const Options& options)
{
    UniqueFd socket = makeUdpSocket(options);
    bindToFreePort(socket);
    return socket;
}

/// What the kernel charges to the receive buffer above the bytes of one message: asked of a socket made for
/// this question.
std::uint64_t measureOverhead(const Options& options, std::size_t messageSize)
{
    const UniqueFd receiver = makeBoundSocket(options);
    const UniqueFd sender = makeUdpSocket(options);
    connectToLoopback(sender, addressOf(receiver));
    const std::vector<std::byte> message(messageSize);
    check(::send(sender.get(), message.data(), message.size(), 0), "send");
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t length = sizeof memory;
    check(::getsockopt(receiver.get(), SOL_SOCKET, SO_MEMINFO, memory.data(), &length), "SO_MEMINFO");
    const std::uint64_t charged = memory[SK_MEMINFO_RMEM_ALLOC];
    return charged > messageSize ? charged - messageSize : 0;
}

class UdpChannel final : public Channel {
public:
    explicit UdpChannel(const ChannelRequest& request)
    {
        UniqueFd bound = makeBoundSocket(request.options);
        const std::uint64_t receive = effectiveReceiveBuffer(bound);
        m_settings =
            bufferSettings(request.options, formatSize(effectiveSendBuffer(bound)), formatSize(receive));
        m_capacity = {receive, CapacityUnit::Bytes, measureOverhead(request.options, request.largestMessage),
                      0, "SO_RCVBUF"};
        const std::string address = addressOf(bound);
        m_object = objectOf("UDP socket", address + " " + nameOfDescriptor(bound.get()), bound.get());
        m_meetingPoint = MeetingPoint(std::move(bound), address);
    }

    Invitation invite(Seat seat) override { return m_meetingPoint.invite(seat); }

    void workersStarted() override { m_meetingPoint.close(); }

    std::vector<EffectiveSetting> effective() const override { return m_settings; }

    std::optional<Capacity> capacity() const override { return m_capacity; }

    std::vector<KernelObject> objects() const override { return {m_object}; }

private:
    MeetingPoint m_meetingPoint;
    Capacity m_capacity;
    std::vector<EffectiveSetting> m_settings;
    KernelObject m_object;
};

class UdpMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    MessageLimit limit(const Options&) const override
    {
        return {largestDatagram, "an IP packet carries 65535 B, of which 28 B are headers"};
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<UdpChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        UniqueFd socket =
            meetPeer(seat, std::move(invitation), Meeting::ConnectedBack, [&](const std::string& address) {
                UniqueFd made = makeUdpSocket(request.options);
                connectToLoopback(made, address);
                return made;
            });
        return makeUdpEndpoint(std::move(socket), request.largestMessage);
    }

private:
    const MechanismInfo m_info{
        .id = "udp",
        .title = "UDP over loopback",
        .summary =
            "Datagrams through the network stack of this one computer, dropped where there is no room.",
        .traits = {.family = Family::Message,
                   .directions = Directions::TwoWay,
                   .loss = Loss::Possible,
                   .peerExit = PeerExit::Unnoticed,
                   .namedBy = {NamedBy::Port},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid},
                   .areDatagrams = true},
        .options =
            bufferOptions("SO_SNDBUF: bytes on their way to the network interface. Over loopback they are "
                          "there at once, so that a sender hardly ever waits. The kernel caps it at "
                          "net.core.wmem_max and then doubles it.",
                          "SO_RCVBUF: bytes that the receiver has not read yet, bookkeeping included; what "
                          "comes when it is full is lost. The kernel caps it at net.core.rmem_max "
                          "and then doubles it."),
        .manPages = {"udp(7)", "ip(7)", "socket(7)"},
    };
};

} // namespace

const Mechanism& udpMechanism()
{
    static const UdpMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
