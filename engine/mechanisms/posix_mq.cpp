// A POSIX message queue (mq_overview(7)): discrete messages with a largest size and a priority, kept by the
// kernel under a name that begins with a slash. A message is taken whole or not at all; the receiver gets the
// oldest of the highest priority, so that an urgent one overtakes all that wait, and one of priority 0 may
// wait for ever. The queue holds a fixed number of messages (10 by default): when it is full a sender sleeps,
// when it is empty a receiver does. Messages wait in the kernel even when no process has the queue open,
// until mq_unlink(3) or a restart, and therefore nobody is told when the peer goes away. Every user has a
// limit on the bytes of all queues together (RLIMIT_MSGQUEUE), and the system one on the length of a queue
// and the size of a message (/proc/sys/fs/mqueue).

#include "engine/base/capability.h"
#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/message_buffer.h"
#include "engine/mechanisms/waits/waiting.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <mqueue.h>
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace ipclab {

namespace {

/// A moment that has passed, so that mq_timedsend(3) and mq_timedreceive(3) never sleep; O_NONBLOCK would
/// bind everybody who shares the open queue.
constexpr timespec longAgo{};

mq_attr attributesOf(const UniqueFd& queue)
{
    mq_attr attributes{};
    check(::mq_getattr(queue.get(), &attributes), "mq_getattr");
    return attributes;
}

std::size_t largestOf(const UniqueFd& queue)
{
    return static_cast<std::size_t>(attributesOf(queue).mq_msgsize);
}

class QueueEndpoint final : public Endpoint {
public:
    QueueEndpoint(UniqueFd queue, std::size_t largestMessage)
        : m_queue(std::move(queue)), m_room(largestOf(m_queue)),
          m_outgoing(makeMessageBuffer(largestMessage)), m_incoming(makeMessageBuffer(m_room))
    {
    }

    int pollDescriptor() const override { return m_queue.get(); }
    bool abandon() override { return true; }

    // Hot path: these three run once per message.

    Reservation reserve(std::size_t size, Deadline) override
    {
        m_size = size;
        return {Outcome::Done, m_outgoing.get()};
    }

    Outcome commit(Deadline deadline) override
    {
        const auto* message = reinterpret_cast<const char*>(m_outgoing.get());
        const unsigned priority = m_outgoingClass == lastWordClass ? 0 : m_outgoingClass;
        while (true) {
            ++m_counts.systemCalls;
            const int sent = deadline.isNever()
                                 ? ::mq_send(m_queue.get(), message, m_size, priority)
                                 : ::mq_timedsend(m_queue.get(), message, m_size, priority, &longAgo);
            if (sent == 0) [[likely]]
                return Outcome::Done;
            if (const Outcome outcome = afterFailure("mq_send", POLLOUT, deadline); outcome != Outcome::Done)
                return outcome;
        }
    }

    Received receive(Deadline deadline) override
    {
        auto* message = reinterpret_cast<char*>(m_incoming.get());
        while (true) {
            ++m_counts.systemCalls;
            const ssize_t got =
                deadline.isNever()
                    ? ::mq_receive(m_queue.get(), message, m_room, &m_incomingClass)
                    : ::mq_timedreceive(m_queue.get(), message, m_room, &m_incomingClass, &longAgo);
            if (got >= 0) [[likely]]
                return {Outcome::Done, {m_incoming.get(), static_cast<std::size_t>(got)}};
            if (const Outcome outcome = afterFailure("mq_receive", POLLIN, deadline);
                outcome != Outcome::Done)
                return {outcome};
        }
    }

private:
    /// Done: try again. The calls' own timeouts follow the wall clock, which may be set; poll(2) does not.
    Outcome afterFailure(const char* call, short events, Deadline deadline)
    {
        if (errno == EINTR)
            return Outcome::Interrupted;
        if (errno != ETIMEDOUT)
            throwSystemError(call);
        if (!deadline.isImmediate())
            ++m_counts.systemCalls;
        return waitForEvents(m_queue.get(), events, deadline);
    }

    UniqueFd m_queue;
    std::size_t m_room; ///< mq_receive(3) wants a place for the largest message of the queue
    MessageBuffer m_outgoing;
    std::size_t m_size = 0;
    MessageBuffer m_incoming;
};

/// Limits of the kernel (linux/ipc_namespace.h) that bind even those who may exceed /proc/sys/fs/mqueue.
constexpr std::size_t hardLargestMessage = 16 << 20;
constexpr std::uint64_t hardLongestQueue = 65536;
/// What the kernel counts against RLIMIT_MSGQUEUE for each message besides its bytes, rounded up
/// (getrlimit(2)).
constexpr std::uint64_t bookkeepingPerMessage = 128;

/// Whether the limits under /proc/sys/fs/mqueue do not bind this process: CAP_SYS_RESOURCE in the first user
/// namespace.
bool mayExceedSystemLimits()
{
    const bool isFirstNamespace = readSmallFile("/proc/self/uid_map").find("4294967295") != std::string::npos;
    return isFirstNamespace && hasCapability(CAP_SYS_RESOURCE);
}

MessageLimit systemLimit()
{
    if (mayExceedSystemLimits())
        return {hardLargestMessage, "the kernel allows a privileged user 16 MiB"};
    const std::size_t largest =
        std::strtoull(readSmallFile("/proc/sys/fs/mqueue/msgsize_max").c_str(), nullptr, 10);
    return {largest, fmt::format("msgsize_max in /proc/sys/fs/mqueue is {}", formatSize(largest))};
}

std::uint64_t queueQuota()
{
    rlimit quota{};
    check(::getrlimit(RLIMIT_MSGQUEUE, &quota), "getrlimit");
    return quota.rlim_cur;
}

bool isDescriptorLeft()
{
    return bool{UniqueFd(::open("/", O_PATH | O_CLOEXEC))};
}

/// mq_open(3) says EMFILE, as if there were too many files open.
Failure quotaFailure(std::string tried, std::uint64_t length, std::uint64_t messageSize)
{
    const std::uint64_t needed = length * (messageSize + bookkeepingPerMessage);
    const std::uint64_t quota = queueQuota();
    const std::uint64_t others = quota > needed ? quota - needed : 0;
    return {
        .tried = std::move(tried),
        .error = EMFILE,
        .reason = fmt::format(
            "all POSIX message queues of this user together may take {} (RLIMIT_MSGQUEUE); this one "
            "needs up to {}, and others take more than {} already",
            formatSize(quota), formatSize(needed), formatSize(others)),
        .hint =
            "Remove queues that are no longer used (ls /dev/mqueue shows them, ipclab-cli clean removes what "
            "this program has left), make this one shorter, or raise the limit, for instance: ulimit -q "
            "8192000"};
}

class QueueChannel final : public Channel {
public:
    explicit QueueChannel(const ChannelRequest& request)
        : m_length(request.options.count("queue_length")), m_sizeWanted(request.options.size("message_size")),
          m_shares(request.options.text("priority_shares")),
          m_isByName(request.rendezvous == Rendezvous::ByName),
          m_name(request.journal, {NameKind::PosixQueue, "/" + request.journal.freshName()})
    {
        const std::size_t messageSize = m_sizeWanted == 0 ? request.largestMessage : m_sizeWanted;
        const std::string tried = fmt::format("make a POSIX message queue for {} messages of {}", m_length,
                                              formatSize(messageSize));
        mq_attr attributes{};
        attributes.mq_maxmsg = static_cast<long>(m_length);
        attributes.mq_msgsize = static_cast<long>(messageSize);
        try {
            m_queue.reset(check(::mq_open(m_name.name().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC,
                                          S_IRUSR | S_IWUSR, &attributes),
                                "mq_open"));
        } catch (const std::system_error& error) {
            const bool isQuota = error.code().value() == EMFILE && isDescriptorLeft();
            throw FailureError(isQuota ? quotaFailure(tried, m_length, messageSize) : explain(error, tried));
        }
    }

    Invitation invite(Seat) override
    {
        Invitation invitation;
        if (m_isByName)
            invitation.address = m_name.name();
        else
            invitation.descriptors.push_back(duplicate(m_queue));
        return invitation;
    }

    std::vector<EffectiveSetting> effective() const override
    {
        const mq_attr made = attributesOf(m_queue);
        return {{"queue_length", "Queue length", std::to_string(m_length), std::to_string(made.mq_maxmsg)},
                {"message_size", "Message size", m_sizeWanted == 0 ? "default" : formatSize(m_sizeWanted),
                 formatSize(static_cast<std::uint64_t>(made.mq_msgsize))},
                {"priority_shares", "Shares by priority", m_shares, m_shares}};
    }

    std::optional<Capacity> capacity() const override
    {
        return Capacity{m_length, CapacityUnit::Messages, 0, 0, "mq_maxmsg"};
    }

    std::vector<KernelObject> objects() const override
    {
        return {objectOf("POSIX message queue", m_name.name(), m_queue.get())};
    }

    std::optional<std::uint64_t> kernelFill() const override
    {
        return static_cast<std::uint64_t>(attributesOf(m_queue).mq_curmsgs);
    }

private:
    std::uint64_t m_length;
    std::uint64_t m_sizeWanted; ///< 0 = as large as the run's messages
    std::string m_shares;
    bool m_isByName;
    JournaledName m_name;
    UniqueFd m_queue;
};

/// What was inherited, or what has the name.
UniqueFd openedBy(Invitation& invitation)
{
    if (!invitation.descriptors.empty())
        return std::move(invitation.descriptors.front());
    return UniqueFd(check(::mq_open(invitation.address.c_str(), O_RDWR | O_CLOEXEC), "mq_open"));
}

class QueueMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    std::optional<Unavailability> unavailable() const override
    {
        mq_attr attributes{};
        constexpr mqd_t noQueue = -1; // EBADF where there are queues at all
        return ::mq_getattr(noQueue, &attributes) == 0 ? std::nullopt : refusalOf("mq_open(3)", errno);
    }

    std::vector<OptionProblem> problems(const Options& options) const override
    {
        const std::uint64_t wanted = options.size("message_size");
        const MessageLimit most = limitOfQueue(options);
        if (wanted <= most.largest)
            return {};
        return {{"message_size", fmt::format("message_size must be at most {}, because {}; not {}",
                                             formatSize(most.largest), most.because, formatSize(wanted))}};
    }

    std::vector<MessageClass> classes(const Options& options) const override
    {
        return classesFromShares(options.text("priority_shares"), "priority", 0);
    }

    MessageLimit limit(const Options& options) const override
    {
        const std::uint64_t wanted = options.size("message_size");
        if (wanted == 0)
            return limitOfQueue(options);
        return {wanted,
                fmt::format("the queue is made for messages of up to {} (mechanism_options.message_size)",
                            formatSize(wanted))};
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<QueueChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat, Invitation invitation, const JoinRequest& request) const override
    {
        return std::make_unique<QueueEndpoint>(openedBy(invitation), request.largestMessage);
    }

private:
    /// The largest message for which a queue of the wanted length can be made.
    static MessageLimit limitOfQueue(const Options& options)
    {
        MessageLimit limit = systemLimit();
        const std::uint64_t quota = queueQuota();
        const std::uint64_t length = options.count("queue_length");
        const std::uint64_t share = quota / length;
        if (quota == RLIM_INFINITY || share >= limit.largest + bookkeepingPerMessage)
            return limit;
        return {share > bookkeepingPerMessage ? share - bookkeepingPerMessage : 0,
                fmt::format("{} messages must fit into the {} that this user may keep in queues "
                            "(RLIMIT_MSGQUEUE, raised with ulimit -q)",
                            length, formatSize(quota))};
    }

    const MechanismInfo m_info{
        .id = "posix_mq",
        .title = "POSIX message queue",
        .summary = "A named queue of whole messages with priorities, kept by the kernel.",
        .traits = {.family = Family::Message,
                   .ordering = Ordering::ByPriority,
                   .persistence = Persistence::Kernel,
                   .peerExit = PeerExit::Unnoticed,
                   .namedBy = {NamedBy::PosixName},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid},
                   .mostSenders = anyNumber,
                   .mostReceivers = anyNumber,
                   .hasPriorities = true,
                   .canRejoin = true},
        .options =
            {{.id = "queue_length",
              .label = "Queue length",
              .help = "Messages the queue holds before a sender has to wait. More than "
                      "/proc/sys/fs/mqueue/msg_max (10 by "
                      "default) needs privileges, and all of this user's queues share RLIMIT_MSGQUEUE.",
              .kind = OptionKind::Count,
              .initial = "10",
              .least = 1,
              .most = hardLongestQueue},
             {.id = "message_size",
              .label = "Message size",
              .help = "The largest message that the queue is made for. The kernel counts queue length times "
                      "this against RLIMIT_MSGQUEUE, however small the messages are. 0 B: as large as the "
                      "messages of the run.",
              .kind = OptionKind::Size,
              .initial = "0 B",
              .least = 0,
              .most = hardLargestMessage},
             {.id = "priority_shares",
              .label = "Shares by priority",
              .help = "How many of the messages have priority 0, priority 1 and so on, up to priority 7: "
                      "\"80 %, 20 %\" makes about one message in five urgent; the seed decides which.",
              .kind = OptionKind::Text,
              .initial = "100 %",
              .check = problemOfShares}},
        .manPages = {"mq_overview(7)", "mq_send(3)", "mq_receive(3)"},
    };
};

} // namespace

const Mechanism& posix_mqMechanism()
{
    static const QueueMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
