// A Unix stream socket (unix(7)), made as a connected pair by socketpair(2). Each end can both send and
// receive, so one channel serves request and answer. Like a pipe it is a byte stream without boundaries, kept
// in order by the kernel and copied twice; unlike one it lives in the socket layer: what is on its way is
// charged to the sender's send buffer (SO_SNDBUF), together with the kernel's bookkeeping for each write,
// which for small messages is larger than they are. The kernel doubles the size that is asked for. When the
// peer closes, recv(2) returns 0 and send(2) fails with EPIPE, or ECONNRESET if data were left unread.

#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory_limit.h"
#include "engine/mechanisms/stream_endpoint.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace ipclab {

namespace {

using SocketPair = std::array<UniqueFd, 2>;

constexpr std::size_t senderIndex = 0;
constexpr std::size_t receiverIndex = 1;

void requestBuffer(const UniqueFd& socket, int option, std::uint64_t size)
{
    const int value = static_cast<int>(size);
    if (value != 0)
        check(::setsockopt(socket.get(), SOL_SOCKET, option, &value, sizeof value), "setsockopt");
}

std::uint64_t effectiveBuffer(const UniqueFd& socket, int option)
{
    int value = 0;
    socklen_t length = sizeof value;
    check(::getsockopt(socket.get(), SOL_SOCKET, option, &value, &length), "getsockopt");
    return static_cast<std::uint64_t>(value);
}

SocketPair makeSocketPair(const Options& options)
{
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
    SocketPair sockets{UniqueFd(ends[0]), UniqueFd(ends[1])};
    for (const UniqueFd& socket : sockets) {
        requestBuffer(socket, SO_SNDBUF, options.size("send_buffer"));
        requestBuffer(socket, SO_RCVBUF, options.size("receive_buffer"));
    }
    return sockets;
}

/// What the kernel charges to the send buffer above the bytes of one message: asked of a pair made for this
/// question.
std::uint64_t measureOverhead(const Options& options, std::size_t messageSize)
{
    const SocketPair sockets = makeSocketPair(options);
    const std::size_t size = std::min<std::uint64_t>(messageSize, effectiveBuffer(sockets[0], SO_SNDBUF));
    const std::vector<std::byte> message(size);
    const ssize_t sent =
        check(::send(sockets[0].get(), message.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL), "send");
    int charged = 0;
    check(::ioctl(sockets[0].get(), SIOCOUTQ, &charged), "SIOCOUTQ");
    return charged > sent ? static_cast<std::uint64_t>(charged - sent) : 0;
}

class UnixStreamChannel final : public Channel {
public:
    explicit UnixStreamChannel(const ChannelRequest& request)
        : m_sockets(makeSocketPair(request.options)), m_requestedSend(request.options.size("send_buffer")),
          m_requestedReceive(request.options.size("receive_buffer")),
          m_send(effectiveBuffer(m_sockets[senderIndex], SO_SNDBUF)),
          m_receive(effectiveBuffer(m_sockets[receiverIndex], SO_RCVBUF)),
          m_overhead(bytesPerPrefix +
                     measureOverhead(request.options, bytesPerPrefix + request.largestMessage)),
          m_name(nameOfDescriptor(m_sockets[senderIndex].get()) + " " +
                 nameOfDescriptor(m_sockets[receiverIndex].get()))
    {
    }

    Invitation invite(Seat seat) override
    {
        Invitation invitation;
        invitation.descriptors.push_back(
            duplicate(m_sockets[seat.end == ChannelEnd::Sender ? senderIndex : receiverIndex]));
        return invitation;
    }

    void workersStarted() override { m_sockets = {}; }

    std::vector<EffectiveSetting> effective() const override
    {
        return {{"send_buffer", "Send buffer", requestText(m_requestedSend), formatSize(m_send)},
                {"receive_buffer", "Receive buffer", requestText(m_requestedReceive), formatSize(m_receive)}};
    }

    std::optional<Capacity> capacity() const override
    {
        return Capacity{m_send, CapacityUnit::Bytes, m_overhead};
    }

    std::vector<KernelObject> objects() const override { return {{"socket pair", m_name}}; }

private:
    static std::string requestText(std::uint64_t size) { return size == 0 ? "default" : formatSize(size); }

    SocketPair m_sockets;
    std::uint64_t m_requestedSend;
    std::uint64_t m_requestedReceive;
    std::uint64_t m_send;
    std::uint64_t m_receive;
    std::uint64_t m_overhead;
    std::string m_name;
};

OptionSpec bufferOption(std::string id, std::string label, std::string help)
{
    return {.id = std::move(id),
            .label = std::move(label),
            .help = std::move(help),
            .kind = OptionKind::Size,
            .initial = "0 B",
            .least = 0,
            .most = 1 << 30};
}

class UnixStreamMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    MessageLimit limit(const Options&) const override { return privateMemoryLimit(); }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<UnixStreamChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat, Invitation invitation, const JoinRequest& request) const override
    {
        return makeSocketEndpoint(std::move(invitation.descriptors.at(0)), request.largestMessage);
    }

private:
    const MechanismInfo m_info{
        .id = "unix_stream",
        .title = "Unix stream socket",
        .summary = "A connected pair of local sockets: a byte stream in both directions.",
        .traits = {.family = Family::ByteStream,
                   .boundaries = Boundaries::Framed,
                   .directions = Directions::TwoWay,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid}},
        .options = {bufferOption("send_buffer", "Send buffer",
                                 "SO_SNDBUF: bytes on their way, bookkeeping included, before a sender has "
                                 "to wait. The kernel doubles "
                                 "it and caps it at net.core.wmem_max; 0 B leaves the kernel's default."),
                    bufferOption("receive_buffer", "Receive buffer",
                                 "SO_RCVBUF: shown for comparison with TCP, for a Unix stream socket charges "
                                 "the send buffer only. 0 B "
                                 "leaves the kernel's default.")},
        .manPages = {"unix(7)", "socketpair(2)", "socket(7)"},
    };
};

} // namespace

const Mechanism& unix_streamMechanism()
{
    static const UnixStreamMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
