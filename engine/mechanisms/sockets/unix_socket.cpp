#include "engine/mechanisms/sockets/unix_socket.h"

#include "engine/base/quantity.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/meeting_point.h"
#include "engine/mechanisms/memory/memory_limit.h"
#include "engine/mechanisms/sockets/datagram_endpoint.h"
#include "engine/mechanisms/sockets/request_connections.h"
#include "engine/mechanisms/sockets/socket_buffers.h"
#include "engine/mechanisms/streams/stream_endpoint.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

namespace ipclab {

namespace {

constexpr std::size_t senderIndex = 0;
constexpr std::size_t receiverIndex = 1;

std::unique_ptr<Endpoint> endpointOf(UnixSocketSort sort, UniqueFd socket, std::size_t largestMessage,
                                     const Options& options)
{
    switch (sort) {
    case UnixSocketSort::Stream:
        return makeSocketEndpoint(std::move(socket), largestMessage, framingOf(options));
    case UnixSocketSort::Packets:
    case UnixSocketSort::Datagrams:
        return makePacketEndpoint(std::move(socket), largestMessage);
    }
    return nullptr;
}

/// Packets keep their boundaries by themselves.
Framing framingFor(UnixSocketSort sort, const Options& options)
{
    switch (sort) {
    case UnixSocketSort::Stream:
        return framingOf(options);
    case UnixSocketSort::Packets:
    case UnixSocketSort::Datagrams:
        break;
    }
    return Framing::Packets;
}

/// Where only the receiver has the socket: the path, once it is there, or the abstract name.
std::vector<KernelObject> madeByReceiver(const std::string& address)
{
    struct stat status {};
    if (address.front() == '@' || ::lstat(address.c_str(), &status) != 0)
        return {{.kind = "named socket", .name = address}};
    return {objectAt("path of the socket", address)};
}

void addSettingsOf(UnixSocketSort sort, const Options& options, std::vector<EffectiveSetting>& settings)
{
    switch (sort) {
    case UnixSocketSort::Stream:
        settings.push_back(framingSetting(options));
        settings.push_back(connectionSetting(options, LocalPorts::None));
        break;
    case UnixSocketSort::Packets:
        settings.push_back(connectionSetting(options, LocalPorts::None));
        break;
    case UnixSocketSort::Datagrams:
        break;
    }
}

class UnixChannel final : public Channel {
public:
    UnixChannel(UnixSocketSort sort, const ChannelRequest& request)
        : m_isNamed(request.options.text("name") != "pair")
    {
        const Framing framing = framingFor(sort, request.options);
        const std::uint64_t prefix = framingOverhead(framing);
        const SocketPair trial = makeSocketPair(sort, request.options);
        const std::uint64_t overhead =
            prefix + overheadOf(trial[senderIndex], prefix + request.largestMessage);
        m_pair = makeSocketPair(sort, request.options);
        const std::uint64_t send = effectiveSendBuffer(m_pair[senderIndex]);
        m_capacity = {send, CapacityUnit::Bytes, overhead, readAheadOf(framing, request.largestMessage),
                      "SO_SNDBUF"};
        m_settings = bufferSettings(request.options, formatSize(send),
                                    formatSize(effectiveReceiveBuffer(m_pair[receiverIndex])));
        if (m_isNamed)
            openByName(sort, request);
        else
            for (const UniqueFd& socket : m_pair)
                m_objects.push_back(objectOf("socket of a pair", socket.get()));
        m_settings.push_back(
            {"name", "Name", request.options.text("name"), m_isNamed ? m_meetingPoint.address() : "none"});
        addSettingsOf(sort, request.options, m_settings);
    }

    Invitation invite(Seat seat) override
    {
        if (m_isNamed)
            return m_meetingPoint.invite(seat);
        Invitation invitation;
        invitation.descriptors.push_back(
            duplicate(m_pair[seat.end == ChannelEnd::Sender ? senderIndex : receiverIndex]));
        return invitation;
    }

    void workersStarted() override
    {
        m_pair = {};
        m_meetingPoint.close();
    }

    std::vector<EffectiveSetting> effective() const override { return m_settings; }

    std::optional<Capacity> capacity() const override { return m_capacity; }

    std::vector<KernelObject> objects() const override
    {
        return m_isLeftToReceiver ? madeByReceiver(m_meetingPoint.address()) : m_objects;
    }

private:
    void openByName(UnixSocketSort sort, const ChannelRequest& request)
    {
        m_pair = {};
        const std::string word = request.journal.freshName();
        std::string address = "@" + word;
        if (request.options.text("name") == "path") {
            address = request.journal.directory() + "/" + word;
            m_path = JournaledName(request.journal, {NameKind::Path, address});
        }
        m_isLeftToReceiver = request.rendezvous == Rendezvous::ByName;
        m_meetingPoint = MeetingPoint(
            m_isLeftToReceiver ? UniqueFd() : makeBoundSocket(sort, request.options, address), address);
        if (m_isLeftToReceiver)
            return;
        const int socket = m_meetingPoint.socket().get();
        m_objects.push_back(objectOf("named socket", address + " " + nameOfDescriptor(socket), socket));
        if (address.front() != '@') // who may connect is said by the mode of the path
            m_objects.push_back(objectAt("path of the socket", address));
    }

    bool m_isNamed;
    bool m_isLeftToReceiver = false;
    SocketPair m_pair; ///< empty if there is a name
    JournaledName m_path;
    MeetingPoint m_meetingPoint;
    Capacity m_capacity;
    std::vector<EffectiveSetting> m_settings;
    std::vector<KernelObject> m_objects;
};

Meeting meetingOf(UnixSocketSort sort)
{
    switch (sort) {
    case UnixSocketSort::Stream:
    case UnixSocketSort::Packets:
        return Meeting::Accepted;
    case UnixSocketSort::Datagrams:
        break;
    }
    return Meeting::ConnectedBack;
}

std::unique_ptr<Endpoint> joinForRequests(UnixSocketSort sort, Seat seat, Invitation invitation,
                                          const JoinRequest& request)
{
    RequestConnections connections{
        .connect = [sort, address = addressOf(invitation),
                    options = request.options] { return connectedSocket(sort, options, address); },
        .endpoint =
            [sort, largest = request.largestMessage, options = request.options](UniqueFd socket) {
                requestBuffers(socket, options);
                return endpointOf(sort, std::move(socket), largest, options);
            },
        .ports = LocalPorts::None,
        .connected = request.connected};
    return seat.end == ChannelEnd::Sender
               ? makeRequestingEndpoint(std::move(connections))
               : makeAcceptingEndpoint(std::move(invitation.descriptors.at(0)), std::move(connections));
}

OptionSpec nameOption()
{
    return {.id = "name",
            .label = "Name",
            .help = "How the two workers find each other. Once they are connected it makes no difference.",
            .kind = OptionKind::Choice,
            .initial = "pair",
            .choices = {{"pair", "Socket pair", "No name: both inherit one end of a connected pair."},
                        {"path", "Path", "A file in this user's private directory, to which they connect."},
                        {"abstract", "Abstract name",
                         "A name outside the file system, gone with the socket that has it."}}};
}

std::vector<OptionSpec> unixOptions(UnixSocketSort sort)
{
    std::vector<OptionSpec> options = bufferOptions(
        "SO_SNDBUF: bytes on their way, bookkeeping included, before a sender has to wait. The kernel "
        "caps it at net.core.wmem_max and then doubles it.",
        "SO_RCVBUF: shown for comparison with TCP and UDP, for a Unix socket charges the send buffer only.");
    options.push_back(nameOption());
    switch (sort) {
    case UnixSocketSort::Stream:
        options.push_back(framingOption(PacketMode::NotOffered));
        options.push_back(connectionOption());
        break;
    case UnixSocketSort::Packets:
        options.push_back(connectionOption());
        break;
    case UnixSocketSort::Datagrams:
        break;
    }
    return options;
}

} // namespace

UnixSocketMechanism::UnixSocketMechanism(const UnixSocketKind& kind)
    : m_sort(kind.sort), m_info{
                             .id = kind.id,
                             .title = kind.title,
                             .summary = kind.summary,
                             .traits = {.family = kind.family,
                                        .boundaries = kind.boundaries,
                                        .directions = Directions::TwoWay,
                                        .peerExit = kind.peerExit,
                                        .namedBy = {NamedBy::Inherited, NamedBy::Path, NamedBy::Abstract},
                                        .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid},
                                        .mostSenders = kind.sort == UnixSocketSort::Stream ? 1 : anyNumber,
                                        .mostReceivers = kind.sort == UnixSocketSort::Stream ? 1 : anyNumber,
                                        .areDatagrams = kind.sort == UnixSocketSort::Datagrams},
                             .options = unixOptions(kind.sort),
                             .manPages = {"unix(7)", "socketpair(2)", "socket(7)"}}
{
}

MessageLimit UnixSocketMechanism::limit(const Options& options) const
{
    if (m_sort == UnixSocketSort::Stream)
        return privateMemoryLimit();
    // What the kernel keeps back in every send buffer (net/unix/af_unix.c).
    constexpr std::uint64_t reserve = 32;
    const SocketPair sockets = makeSocketPair(m_sort, options);
    const std::uint64_t buffer = effectiveSendBuffer(sockets[senderIndex]);
    const std::uint64_t most = std::min<std::uint64_t>(buffer - reserve, memoryBudget());
    const std::size_t largest = largestThatPasses(sockets[senderIndex], sockets[receiverIndex], most);
    if (largest == most)
        return {largest,
                fmt::format("a message must fit into the send buffer as a whole, which is effectively {}",
                            formatSize(buffer))};
    return {largest, "the kernel takes no larger message in one piece, however large the send buffer is"};
}

Boundaries UnixSocketMechanism::boundaries(const Options& options) const
{
    return boundariesOf(framingFor(m_sort, options));
}

std::optional<std::string> UnixSocketMechanism::whyNotByName(const Options& options, Wait) const
{
    if (options.text("name") != "pair")
        return std::nullopt;
    return "a socket pair has none; set mechanism_options.name to path or abstract";
}

/// A packet is there as a whole or not at all, whoever dies.
std::optional<std::string> UnixSocketMechanism::whyNotRejoin(const Options& options) const
{
    if (m_sort == UnixSocketSort::Stream)
        return Mechanism::whyNotRejoin(options);
    if (options.text("name") != "pair")
        return "a socket with a name is connected with one process; set mechanism_options.name to pair";
    return std::nullopt;
}

/// Whole messages can be sent and taken by all who inherit the same end of a pair. Sockets with a name are
/// connected with one peer each.
Sharing UnixSocketMechanism::sharing(const Options& options) const
{
    if (options.text("name") != "pair")
        return {};
    return {m_info.traits.mostSenders, m_info.traits.mostReceivers};
}

bool UnixSocketMechanism::connectsPerRequest(const Options& options) const
{
    return connectsForEachRequest(options);
}

std::vector<OptionProblem> UnixSocketMechanism::problems(const Options& options) const
{
    if (!connectsForEachRequest(options) || options.text("name") != "pair")
        return {};
    return {
        {"connection",
         "connection cannot be per_request with a socket pair, which is connected from the beginning; set "
         "mechanism_options.name to path or abstract"}};
}

std::unique_ptr<Channel> UnixSocketMechanism::open(const ChannelRequest& request) const
{
    return std::make_unique<UnixChannel>(m_sort, request);
}

std::unique_ptr<Endpoint> UnixSocketMechanism::join(Seat seat, Invitation invitation,
                                                    const JoinRequest& request) const
{
    const auto connect = [&](const std::string& address) { return connectTo(m_sort, request, address); };
    const bool isNamed = request.options.text("name") != "pair";
    if (seat.end == ChannelEnd::Receiver && invitation.descriptors.empty())
        invitation.descriptors.push_back(makeBoundSocket(m_sort, request.options, addressOf(invitation)));
    switch (m_sort) {
    case UnixSocketSort::Stream:
    case UnixSocketSort::Packets:
        if (connectsPerRequest(request.options))
            return joinForRequests(m_sort, seat, std::move(invitation), request);
        break;
    case UnixSocketSort::Datagrams:
        break;
    }
    UniqueFd socket = isNamed ? meetPeer(seat, std::move(invitation), meetingOf(m_sort), connect)
                              : std::move(invitation.descriptors.at(0));
    if (isNamed)
        requestBuffers(socket, request.options);
    return endpointOf(m_sort, std::move(socket), request.largestMessage, request.options);
}

} // namespace ipclab
