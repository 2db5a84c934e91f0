// A System V message queue (sysvipc(7)): discrete messages that each carry a type, a number above 0. Every
// receive says which type it wants (msgop(2)): 0 the oldest of any type, N the oldest of type N, -N the
// oldest of the lowest type up to N, and with MSG_EXCEPT the oldest of any type but N; what nobody asks for
// stays where it is. The queue is found by a key, lives in the kernel until somebody removes it, and holds
// bytes, not messages (msg_qbytes, at first kernel.msgmnb): when it is full a sender sleeps. The system has
// kernel.msgmni queues at the most, those that nobody removed among them. The calls know no time-out and the
// queue has no descriptor, so that one can neither wait for a while nor poll(2) it. It was there long before
// the POSIX queues, which lack the types and have all that.

#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/message_buffer.h"
#include "engine/mechanisms/waits/waiting.h"

#include <fmt/format.h>
#include <sys/msg.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace ipclab {

namespace {

constexpr std::string_view anyType = "any";
constexpr std::string_view exactType = "exact";
constexpr std::string_view lowestFirst = "lowest_first";
constexpr std::string_view exceptType = "except";

/// What a receiver asks for, in the terms of msgrcv(2), and the type that it takes last.
struct ReceiveRule {
    long type = 0;
    int flags = 0;
    long lastWord = 1;
};

ReceiveRule ruleFrom(const Options& options, std::size_t types)
{
    const std::string& rule = options.text("receive_rule");
    const auto chosen = static_cast<long>(options.count("receive_type"));
    if (rule == exactType)
        return {chosen, 0, chosen};
    if (rule == lowestFirst)
        return {-static_cast<long>(types), 0, static_cast<long>(types)};
    if (rule == exceptType)
        return {chosen, MSG_EXCEPT, chosen == 1 ? 2 : 1};
    return {};
}

/// What msgsnd(2) and msgrcv(2) want: the type and, right behind it, the message.
class TypedBuffer final {
public:
    explicit TypedBuffer(std::size_t largestMessage) : m_bytes(makeMessageBuffer(textOffset + largestMessage))
    {
    }

    void* start() { return m_bytes.get() + textOffset - sizeof(long); }
    std::byte* text() { return m_bytes.get() + textOffset; }
    void setType(long type) { std::memcpy(start(), &type, sizeof type); }
    long type()
    {
        long type = 0;
        std::memcpy(&type, start(), sizeof type);
        return type;
    }

private:
    static constexpr std::size_t textOffset = 8; ///< keeps the message aligned, however wide a long is
    MessageBuffer m_bytes;
};

class TypedQueueEndpoint final : public Endpoint {
public:
    TypedQueueEndpoint(int queue, std::size_t largestMessage, const ReceiveRule& rule)
        : m_queue(queue), m_largest(largestMessage), m_rule(rule), m_outgoing(largestMessage),
          m_incoming(largestMessage)
    {
    }

    bool abandon() override { return true; }

    // Hot path: these three run once per message.

    Reservation reserve(std::size_t size, Deadline) override
    {
        m_size = size;
        return {Outcome::Done, m_outgoing.text()};
    }

    Outcome commit(Deadline deadline) override
    {
        m_outgoing.setType(m_outgoingClass == lastWordClass ? m_rule.lastWord : long{m_outgoingClass} + 1);
        const int flags = deadline.isNever() ? 0 : IPC_NOWAIT;
        while (true) {
            ++m_counts.systemCalls;
            if (::msgsnd(m_queue, m_outgoing.start(), m_size, flags) == 0) [[likely]]
                return Outcome::Done;
            if (const Outcome outcome = afterFailure("msgsnd", deadline); outcome != Outcome::Done)
                return outcome;
        }
    }

    Received receive(Deadline deadline) override
    {
        const int flags = m_rule.flags | (deadline.isNever() ? 0 : IPC_NOWAIT);
        while (true) {
            ++m_counts.systemCalls;
            const ssize_t got = ::msgrcv(m_queue, m_incoming.start(), m_largest, m_rule.type, flags);
            if (got >= 0) [[likely]] {
                m_incomingClass = static_cast<unsigned>(m_incoming.type() - 1);
                return {Outcome::Done, {m_incoming.text(), static_cast<std::size_t>(got)}};
            }
            if (const Outcome outcome = afterFailure("msgrcv", deadline); outcome != Outcome::Done)
                return {outcome};
        }
    }

private:
    /// Done: try again. The kernel cannot end these calls at a deadline. A timer's signal could, but signal
    /// handlers belong to the process, not to an endpoint: whoever waits with a deadline looks again every 50
    /// µs.
    Outcome afterFailure(const char* call, Deadline deadline)
    {
        switch (errno) {
        case EINTR:
            return Outcome::Interrupted;
        case EIDRM: // while it slept
            return Outcome::PeerClosed;
        case EINVAL:
            if (isRemoved())
                return Outcome::PeerClosed;
            throwSystemError(EINVAL, call);
        case EAGAIN:
        case ENOMSG:
            return nap(deadline);
        default:
            throwSystemError(call);
        }
    }

    /// By the supervisor at the end of a run, or by ipcrm(1).
    bool isRemoved() const
    {
        msqid_ds status{};
        return ::msgctl(m_queue, IPC_STAT, &status) != 0;
    }

    int m_queue;
    std::size_t m_largest;
    ReceiveRule m_rule;
    TypedBuffer m_outgoing;
    std::size_t m_size = 0;
    TypedBuffer m_incoming;
};

class TypedQueueChannel final : public Channel {
public:
    explicit TypedQueueChannel(const ChannelRequest& request)
        : m_options(request.options),
          m_name(request.journal, {NameKind::SystemVQueue, request.journal.freshKey()})
    {
        const std::uint64_t bytes = m_options.size("queue_bytes");
        try {
            m_queue =
                check(::msgget(keyFrom(m_name.name()), IPC_CREAT | IPC_EXCL | S_IRUSR | S_IWUSR), "msgget");
            msqid_ds wanted = status();
            wanted.msg_qbytes = bytes;
            check(::msgctl(m_queue, IPC_SET, &wanted), "msgctl(IPC_SET)");
        } catch (const std::system_error& error) {
            throw FailureError(
                explain(error, fmt::format("make a System V message queue for {}", formatSize(bytes))));
        }
    }

    Invitation invite(Seat) override { return {{}, m_name.name()}; }

    std::vector<EffectiveSetting> effective() const override
    {
        return {
            {"queue_bytes", "Queue bytes", m_options.text("queue_bytes"), formatSize(status().msg_qbytes)},
            asChosen("type_shares", "Shares by type"),
            asChosen("receive_rule", "Receive rule"),
            asChosen("receive_type", "Receive type")};
    }

    std::optional<Capacity> capacity() const override
    {
        return Capacity{status().msg_qbytes, CapacityUnit::Bytes, 0, 0, "msg_qbytes"};
    }

    std::vector<KernelObject> objects() const override
    {
        return {objectOf("System V message queue", m_queue, status().msg_perm)};
    }

    std::optional<std::uint64_t> kernelFill() const override { return status().msg_cbytes; }

private:
    msqid_ds status() const
    {
        msqid_ds status{};
        check(::msgctl(m_queue, IPC_STAT, &status), "msgctl(IPC_STAT)");
        return status;
    }

    EffectiveSetting asChosen(const char* id, const char* label) const
    {
        return {id, label, m_options.text(id), m_options.text(id)};
    }

    Options m_options;
    JournaledName m_name;
    int m_queue = -1;
};

class TypedQueueMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    std::optional<Unavailability> unavailable() const override
    {
        msqid_ds status{};
        constexpr int noQueue = -1; // EINVAL where there are queues at all
        return ::msgctl(noQueue, IPC_STAT, &status) == 0 ? std::nullopt : refusalOf("msgget(2)", errno);
    }

    std::vector<OptionProblem> problems(const Options& options) const override
    {
        const std::string& rule = options.text("receive_rule");
        const std::uint64_t type = options.count("receive_type");
        const std::size_t types = classes(options).size();
        if ((rule == exactType || rule == exceptType) && type > types)
            return {{"receive_type",
                     fmt::format("receive_type must be at most {}, for type_shares has no more types, not {}",
                                 types, type)}};
        if (rule == exceptType && types < 2)
            return {{"receive_rule",
                     "receive_rule cannot be except where all messages are of one type, for nothing would "
                     "be received; give type_shares two shares or more"}};
        return {};
    }

    std::vector<MessageClass> classes(const Options& options) const override
    {
        return classesFromShares(options.text("type_shares"), "type", 1);
    }

    MessageLimit limit(const Options& options) const override
    {
        const std::size_t largest =
            std::strtoull(readSmallFile("/proc/sys/kernel/msgmax").c_str(), nullptr, 10);
        const std::uint64_t room = options.size("queue_bytes");
        if (room < largest)
            return {room,
                    fmt::format("the queue holds {} (mechanism_options.queue_bytes)", formatSize(room))};
        return {largest, fmt::format("msgmax in /proc/sys/kernel is {}", formatSize(largest))};
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<TypedQueueChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat, Invitation invitation, const JoinRequest& request) const override
    {
        const int queue = check(::msgget(keyFrom(invitation.address), 0), "msgget");
        return std::make_unique<TypedQueueEndpoint>(
            queue, request.largestMessage, ruleFrom(request.options, classes(request.options).size()));
    }

private:
    const MechanismInfo m_info{
        .id = "sysv_mq",
        .title = "System V message queue",
        .summary = "A queue of whole messages with types, of which a receiver can choose, kept by the kernel "
                   "under a key.",
        .traits = {.family = Family::Message,
                   .ordering = Ordering::ByType,
                   .persistence = Persistence::Kernel,
                   .peerExit = PeerExit::Unnoticed,
                   .namedBy = {NamedBy::Key},
                   .waits = {Wait::Block, Wait::Spin, Wait::Hybrid},
                   .mostSenders = anyNumber,
                   .mostReceivers = anyNumber,
                   .hasTypes = true,
                   .canRejoin = true},
        .options =
            {{.id = "queue_bytes",
              .label = "Queue bytes",
              .help = "Bytes of messages the queue holds before a sender has to wait (msg_qbytes). More than "
                      "/proc/sys/kernel/msgmnb (16 KiB by default) needs privileges.",
              .kind = OptionKind::Size,
              .initial = "16 KiB",
              .least = 128,
              .most = 256 << 20},
             {.id = "type_shares",
              .label = "Shares by type",
              .help =
                  "How many of the messages are of type 1, type 2 and so on, up to type 8: \"80 %, 20 %\". "
                  "The seed decides which.",
              .kind = OptionKind::Text,
              .initial = "100 %",
              .check = problemOfShares},
             {.id = "receive_rule",
              .label = "Receive rule",
              .help = "Which message each msgrcv(2) asks for. What no receiver asks for stays in the queue, "
                      "until it is full of it.",
              .kind = OptionKind::Choice,
              .initial = std::string(anyType),
              .choices = {{std::string(anyType), "Any (0)", "The oldest of any type."},
                          {std::string(exactType), "Exact (> 0)", "The oldest of the receive type."},
                          {std::string(lowestFirst), "Lowest first (< 0)",
                           "The oldest of the lowest type there is, for which the kernel looks through the "
                           "whole queue."},
                          {std::string(exceptType), "Except (MSG_EXCEPT)",
                           "The oldest of any type but the receive type."}}},
             {.id = "receive_type",
              .label = "Receive type",
              .help = "The type that the rules exact and except are about.",
              .kind = OptionKind::Count,
              .initial = "1",
              .least = 1,
              .most = mostMessageClasses}},
        .manPages = {"sysvipc(7)", "msgget(2)", "msgop(2)", "msgctl(2)"},
    };
};

} // namespace

const Mechanism& sysv_mqMechanism()
{
    static const TypedQueueMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
