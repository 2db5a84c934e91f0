// A Unix stream socket moved by io_uring(7). Instead of a system call for each transfer, a process writes
// requests into a ring of memory that it shares with the kernel, and finds their results in another. One call
// can hand over many requests and wait for some of their results; with a thread of the kernel's that watches
// the ring (IORING_SETUP_SQPOLL) there is no call at all, at the price of a core that does nothing else. What
// would block does not: the request stays with the kernel until the socket has room, or something arrives. So
// its memory must stay as it is until the result is there. Requests may finish in another order than that in
// which they were made, and for a stream the order is everything: here one is on its way at a time, for all
// messages that have come together meanwhile. The socket itself is that of unix(7) and copies as often as
// ever.

#include "engine/base/failure.h"
#include "engine/mechanisms/ends_channel.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory/memory_limit.h"
#include "engine/mechanisms/sockets/socket_buffers.h"
#include "engine/mechanisms/sockets/uring_endpoint.h"
#include "engine/mechanisms/streams/stream_endpoint.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <vector>

namespace ipclab {

namespace {

struct SocketPair {
    UniqueFd sender;
    UniqueFd receiver;
};

SocketPair makeSocketPair()
{
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// What the kernel charges to the send buffer above the bytes of a message, when as many go together as one
/// request carries: asked of a pair made for this question.
std::uint64_t measureOverhead(std::size_t messageSize, std::uint64_t together)
{
    const SocketPair trial = makeSocketPair();
    const std::uint64_t frames = together * (bytesPerPrefix + messageSize);
    return bytesPerPrefix + overheadOf(trial.sender, frames) / together;
}

/// What the sender holds is on its way as well, and what the receiver has taken in one request.
Capacity capacityOf(const SocketPair& pair, std::uint64_t depth, std::size_t largestMessage)
{
    const std::uint64_t overhead = measureOverhead(largestMessage, messagesPerRequest(depth));
    // The kernel looks at the limit before it takes a request, and takes the whole of it.
    const std::uint64_t lastRequest = messagesPerRequest(depth) + 1;
    return {effectiveSendBuffer(pair.sender) + 2 * depth * (largestMessage + overhead), CapacityUnit::Bytes,
            overhead, lastRequest * largestMessage};
}

std::unique_ptr<Channel> makeConnectedPair(const ChannelRequest& request)
{
    SocketPair pair = makeSocketPair();
    const Capacity capacity = capacityOf(pair, request.options.count("depth"), request.largestMessage);
    std::vector<KernelObject> objects{
        objectOf("socket pair", pair.sender.get()), objectOf("socket pair", pair.receiver.get()),
        objectOfWorker("io_uring", ChannelEnd::Sender), objectOfWorker("io_uring", ChannelEnd::Receiver)};
    const std::string& depth = request.options.text("depth");
    const std::string& sqpoll = request.options.text("sqpoll");
    return std::make_unique<EndsChannel>(EndsChannel::Parts{
        .sender = std::move(pair.sender),
        .receiver = std::move(pair.receiver),
        .capacity = capacity,
        .settings = {{"depth", "Depth", depth, depth}, {"sqpoll", "Kernel thread", sqpoll, sqpoll}},
        .objects = std::move(objects)});
}

class UringMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    std::optional<Unavailability> unavailable() const override { return uringUnavailable(); }

    /// The slots of the sender and the buffer of the receiver.
    MessageLimit limit(const Options& options) const override
    {
        const std::uint64_t messages = 2 * options.count("depth") + 1;
        return {memoryBudget() / messages - frameOverhead,
                fmt::format("{} messages must fit into {}", messages, describeMemoryBudget())};
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return makeConnectedPair(request);
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        const UringTerms terms{.depth = request.options.count("depth"),
                               .submission = request.options.isOn("sqpoll") ? Submission::ByKernelThread
                                                                            : Submission::BySystemCall,
                               .largestMessage = request.largestMessage};
        UniqueFd& socket = invitation.descriptors.at(0);
        if (seat.end == ChannelEnd::Sender)
            return makeUringSender(std::move(socket), terms);
        return makeUringReceiver(std::move(socket), terms);
    }

private:
    /// Prefix and alignment of each.
    static constexpr std::size_t frameOverhead = 128;

    const MechanismInfo m_info{
        .id = "io_uring",
        .title = "Unix stream by io_uring",
        .summary = "A Unix stream socket whose transfers are requests in a ring shared with the kernel.",
        .traits = {.family = Family::ByteStream,
                   .boundaries = Boundaries::Framed,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid}},
        .options =
            {{.id = "depth",
              .label = "Depth",
              .help =
                  "Messages that the sender may hold; those that have come together go with one request. A "
                  "sender that has to wait for its next message sends what it holds first.",
              .kind = OptionKind::Count,
              .initial = "8",
              .least = 1,
              .most = 256},
             {.id = "sqpoll",
              .label = "Kernel thread takes requests",
              .help =
                  "IORING_SETUP_SQPOLL: no system call to submit, but at each end a thread of the kernel's "
                  "that keeps a core busy. On few cores that makes everything slower.",
              .kind = OptionKind::Switch,
              .initial = "off"}},
        .manPages = {"io_uring(7)", "io_uring_setup(2)", "unix(7)"},
    };
};

} // namespace

const Mechanism& io_uringMechanism()
{
    static const UringMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
