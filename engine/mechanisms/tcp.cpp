// A TCP connection (tcp(7)) over the loopback interface: what programs use between computers, on one. A byte
// stream in both directions like a Unix stream socket, but every byte takes the way through the network
// stack: cut into segments with sequence numbers, acknowledged, routed to 127.0.0.1 and put together again.
// One socket is bound to a port and listens, another connects to it, accept(2) makes the end that answers.
// Small writes wait for earlier ones to be acknowledged (Nagle's algorithm) unless TCP_NODELAY is set. The
// kernel lets both buffers grow with the traffic; who asks for a size gets twice that and no growth. When the
// peer closes, recv(2) returns 0; a peer that left data unread sends a reset (ECONNRESET). The same
// program crosses the network without any change. On one computer the way through the stack costs the more
// the larger messages are, and in every round trip; small messages one way the kernel gathers into segments,
// and they may pass faster than over a Unix socket, which keeps the books for each write apart.

#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/meeting_point.h"
#include "engine/mechanisms/memory/memory_limit.h"
#include "engine/mechanisms/sockets/loopback.h"
#include "engine/mechanisms/sockets/request_connections.h"
#include "engine/mechanisms/sockets/socket_buffers.h"
#include "engine/mechanisms/streams/stream_endpoint.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <sstream>

namespace ipclab {

namespace {

/// Strangers may knock before the sender does.
constexpr int backlog = 16;

void setUp(const UniqueFd& socket, const Options& options)
{
    requestBuffers(socket, options);
    const int noDelay = options.isOn("no_delay") ? 1 : 0;
    check(::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &noDelay, sizeof noDelay), "TCP_NODELAY");
}

/// A size that was asked for, or how far the kernel may go: the third number of tcp_wmem and tcp_rmem.
std::string effectiveText(std::uint64_t requested, std::uint64_t effective, const char* limits)
{
    if (requested != 0)
        return formatSize(effective);
    std::istringstream numbers(readSmallFile(limits));
    std::uint64_t least = 0;
    std::uint64_t initial = 0;
    std::uint64_t most = 0;
    numbers >> least >> initial >> most;
    return fmt::format("grows as needed, up to {}", formatSize(most));
}

std::vector<EffectiveSetting> settingsOf(const UniqueFd& socket, const Options& options)
{
    int noDelay = 0;
    socklen_t length = sizeof noDelay;
    check(::getsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &noDelay, &length), "getsockopt");
    std::vector<EffectiveSetting> settings =
        bufferSettings(options,
                       effectiveText(options.size("send_buffer"), effectiveSendBuffer(socket),
                                     "/proc/sys/net/ipv4/tcp_wmem"),
                       effectiveText(options.size("receive_buffer"), effectiveReceiveBuffer(socket),
                                     "/proc/sys/net/ipv4/tcp_rmem"));
    settings.push_back({"no_delay", "No delay", options.text("no_delay"), noDelay != 0 ? "on" : "off"});
    settings.push_back(framingSetting(options));
    settings.push_back(connectionSetting(options, LocalPorts::Taken));
    return settings;
}

class TcpChannel final : public Channel {
public:
    explicit TcpChannel(const ChannelRequest& request)
    {
        UniqueFd listener = makeLoopbackSocket(SOCK_STREAM);
        setUp(listener, request.options);
        bindToFreePort(listener);
        check(::listen(listener.get(), backlog), "listen");
        m_settings = settingsOf(listener, request.options);
        const std::string address = addressOf(listener);
        m_object = objectOf("TCP socket", address + " " + nameOfDescriptor(listener.get()), listener.get());
        m_meetingPoint = MeetingPoint(std::move(listener), address);
    }

    Invitation invite(Seat seat) override { return m_meetingPoint.invite(seat); }

    void workersStarted() override { m_meetingPoint.close(); }

    std::vector<EffectiveSetting> effective() const override { return m_settings; }

    /// Nobody can say: it depends on how the kernel packs the segments and lets the buffers grow.
    std::optional<Capacity> capacity() const override { return std::nullopt; }

    std::vector<KernelObject> objects() const override { return {m_object}; }

private:
    MeetingPoint m_meetingPoint;
    std::vector<EffectiveSetting> m_settings;
    KernelObject m_object;
};

std::vector<OptionSpec> tcpOptions()
{
    std::vector<OptionSpec> options = bufferOptions(
        "SO_SNDBUF: bytes that are not acknowledged yet. The kernel caps it at net.core.wmem_max, then "
        "doubles it, and no longer adapts it.",
        "SO_RCVBUF: bytes that the receiver has not read yet, from which the window follows that it offers. "
        "The kernel caps it at net.core.rmem_max, then doubles it, and no longer adapts it.");
    options.push_back({.id = "no_delay",
                       .label = "No delay",
                       .help = "TCP_NODELAY: send small messages at once. Off, they wait until what was sent "
                               "before is acknowledged (Nagle's algorithm), which saves segments and costs "
                               "latency.",
                       .kind = OptionKind::Switch,
                       .initial = "on"});
    options.push_back(framingOption(PacketMode::NotOffered));
    options.push_back(connectionOption());
    return options;
}

UniqueFd connectTo(const std::string& address, const Options& options)
{
    UniqueFd socket = makeLoopbackSocket(SOCK_STREAM);
    setUp(socket, options); // the receive buffer must be known when the connection is made
    connectToLoopback(socket, address);
    return socket;
}

class TcpMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    MessageLimit limit(const Options&) const override { return privateMemoryLimit(); }

    Boundaries boundaries(const Options& options) const override { return boundariesOf(framingOf(options)); }

    bool connectsPerRequest(const Options& options) const override { return connectsForEachRequest(options); }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<TcpChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        if (connectsPerRequest(request.options))
            return joinForRequests(seat, std::move(invitation), request);
        UniqueFd socket =
            meetPeer(seat, std::move(invitation), Meeting::Accepted,
                     [&](const std::string& address) { return connectTo(address, request.options); });
        return makeSocketEndpoint(std::move(socket), request.largestMessage, framingOf(request.options));
    }

private:
    static std::unique_ptr<Endpoint> joinForRequests(Seat seat, Invitation invitation,
                                                     const JoinRequest& request)
    {
        RequestConnections connections{
            .connect = [address = addressOf(invitation),
                        options = request.options] { return connectTo(address, options); },
            .endpoint =
                [largest = request.largestMessage, options = request.options](UniqueFd socket) {
                    setUp(socket, options);
                    return makeSocketEndpoint(std::move(socket), largest, framingOf(options));
                },
            .ports = LocalPorts::Taken,
            .connected = request.connected};
        return seat.end == ChannelEnd::Sender
                   ? makeRequestingEndpoint(std::move(connections))
                   : makeAcceptingEndpoint(std::move(invitation.descriptors.at(0)), std::move(connections));
    }

    const MechanismInfo m_info{
        .id = "tcp",
        .title = "TCP over loopback",
        .summary = "A connection through the network stack of this one computer: a byte stream both ways.",
        .traits = {.family = Family::ByteStream,
                   .boundaries = Boundaries::Framed,
                   .directions = Directions::TwoWay,
                   .namedBy = {NamedBy::Port},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid}},
        .options = tcpOptions(),
        .manPages = {"tcp(7)", "ip(7)", "socket(7)"},
    };
};

} // namespace

const Mechanism& tcpMechanism()
{
    static const TcpMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
