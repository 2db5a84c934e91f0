// A queued real-time signal (signal(7), sigqueue(3)): a number from SIGRTMIN up, and with it a value of eight
// bytes. Ordinary signals of one number melt into one while they wait; real-time signals queue, are delivered
// in the order in which they were sent, and carry their value. A process that wants them as messages blocks
// the signal, so that no handler interrupts it, and fetches them: with sigwaitinfo(2), or, as here, from a
// signalfd(2), which goes into poll(2) like any descriptor. They need no channel, only the pid of the
// receiver, which here it says over a pair of sockets, and the right to signal it, and so anybody of the same
// user can send one too. The queue is a quota of the user, not of the process (RLIMIT_SIGPENDING): when it is
// full, sending fails with EAGAIN, and nobody says when there is room again.

#include "engine/base/clock.h"
#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/sockets/packet_pair.h"
#include "engine/mechanisms/waits/waiting.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>

namespace ipclab {

namespace {

/// What a signal carries: sigqueue(3).
constexpr std::size_t valueSize = sizeof(sigval);
static_assert(offsetof(siginfo_t, si_value) % 8 == 0);

/// A sender for which the quota has no room looks again after so long, unless the receiver has gone
/// meanwhile.
constexpr Nanoseconds betweenLooks = std::chrono::microseconds(50);

int signalNumber(const Options& options)
{
    return SIGRTMIN + static_cast<int>(options.count("signal"));
}

std::uint64_t userQuota()
{
    rlimit quota{};
    check(::getrlimit(RLIMIT_SIGPENDING, &quota), "getrlimit");
    return quota.rlim_cur;
}

/// Signals that wait for any process of this user, as the kernel counts them against the quota.
std::uint64_t pendingOfThisUser()
{
    constexpr std::string_view field = "SigQ:\t";
    const std::string status = readSmallFile("/proc/self/status");
    const std::size_t at = status.find(field);
    return at == std::string::npos ? 0 : std::strtoull(status.c_str() + at + field.size(), nullptr, 10);
}

/// A receiver that finds nothing looks after so long whether its limit still leaves room.
constexpr Nanoseconds betweenLimits = std::chrono::milliseconds(100);

/// The quota is the user's, but its limit is the receiving process's own: lowered there, our queue leaves the
/// others enough (a timer takes a place too), and theirs are not bound by it.
void limitQueue(std::uint64_t length)
{
    rlimit quota{};
    check(::getrlimit(RLIMIT_SIGPENDING, &quota), "getrlimit");
    quota.rlim_cur = std::min<rlim_t>(quota.rlim_max, pendingOfThisUser() + length);
    check(::setrlimit(RLIMIT_SIGPENDING, &quota), "setrlimit");
}

class SignalSender final : public Endpoint {
public:
    /// Waits for the receiver, which says its pid.
    SignalSender(UniqueFd meeting, int number) : m_meeting(std::move(meeting))
    {
        // As sigqueue(3) fills it in.
        m_info.si_signo = number;
        m_info.si_code = SI_QUEUE;
        m_info.si_pid = ::getpid();
        m_info.si_uid = ::getuid();
        pid_t receiver = 0;
        receiveGreeting(m_meeting, std::as_writable_bytes(std::span(&receiver, 1)));
        // A pid may be given to another process once its own has been reaped; this descriptor never is. Where
        // that has happened already, there is nobody to send to.
        const long opened = ::syscall(SYS_pidfd_open, receiver, 0);
        if (opened >= 0 || errno != ESRCH)
            m_receiver.reset(static_cast<int>(check(opened, "pidfd_open")));
    }

    bool abandon() override { return true; }

    // Hot path: these two run once per message.

    Reservation reserve(std::size_t size, Deadline) override
    {
        // The value has no room for its own length, which stands where an error would.
        m_info.si_errno = static_cast<int>(size);
        return {Outcome::Done, reinterpret_cast<std::byte*>(&m_info.si_value)};
    }

    Outcome commit(Deadline deadline) override
    {
        while (true) {
            ++m_counts.systemCalls;
            if (::syscall(SYS_pidfd_send_signal, m_receiver.get(), m_info.si_signo, &m_info, 0) == 0)
                [[likely]]
                return Outcome::Done;
            const Outcome outcome = afterFailure(deadline);
            if (outcome != Outcome::Done)
                return outcome;
        }
    }

    Received receive(Deadline) override
    {
        assert(!"a signal goes one way");
        return {Outcome::PeerClosed};
    }

private:
    /// Done: try again.
    Outcome afterFailure(Deadline deadline)
    {
        if (errno == ESRCH || !m_receiver)
            return Outcome::PeerClosed;
        if (errno != EAGAIN)
            throwSystemError("pidfd_send_signal");
        return deadline.isImmediate() ? Outcome::WouldBlock : waitForRoom(deadline);
    }

    Outcome waitForRoom(Deadline deadline)
    {
        const Deadline nextLook = Deadline::after(betweenLooks);
        if (!deadline.isNever() && deadline.remaining() == Nanoseconds::zero())
            return Outcome::TimedOut;
        ++m_counts.systemCalls;
        switch (waitForEvents(m_receiver.get(), POLLIN, nextLook)) {
        case Outcome::Done:
            return Outcome::PeerClosed;
        case Outcome::Interrupted:
            return Outcome::Interrupted;
        default:
            return Outcome::Done;
        }
    }

    UniqueFd m_meeting;  ///< its end tells the receiver that this sender has gone
    UniqueFd m_receiver; ///< a pidfd
    siginfo_t m_info{};  ///< the message is written into its value
};

class SignalReceiver final : public Endpoint {
public:
    /// Says its pid once it is ready: a signal that is not blocked would end this process.
    SignalReceiver(UniqueFd meeting, int number, std::uint64_t queueLength)
        : m_meeting(std::move(meeting)), m_queueLength(queueLength)
    {
        sigset_t awaited;
        ::sigemptyset(&awaited);
        ::sigaddset(&awaited, number);
        check(::sigprocmask(SIG_BLOCK, &awaited, nullptr), "sigprocmask");
        m_signals.reset(check(::signalfd(-1, &awaited, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd"));
        limitQueue(m_queueLength);
        const pid_t own = ::getpid();
        check(sendPacket(m_meeting, std::as_bytes(std::span(&own, 1)), -1, Deadline::immediately()),
              "sendmsg");
    }

    // Hot path: runs once per message.

    Received receive(Deadline deadline) override
    {
        while (true) {
            ++m_counts.systemCalls;
            if (::read(m_signals.get(), &m_info, sizeof m_info) >= 0) [[likely]] {
                if (isMessage())
                    return {Outcome::Done,
                            {reinterpret_cast<const std::byte*>(&m_info.ssi_ptr),
                             static_cast<std::size_t>(m_info.ssi_errno)}};
                continue;
            }
            if (errno != EAGAIN)
                throwSystemError("read");
            const Outcome outcome = m_senderHasGone ? Outcome::PeerClosed : waitForSignal(deadline);
            if (outcome != Outcome::Done)
                return {outcome};
        }
    }

    Reservation reserve(std::size_t, Deadline) override
    {
        assert(!"a signal goes one way");
        return {Outcome::PeerClosed};
    }

    Outcome commit(Deadline) override { return Outcome::PeerClosed; }

private:
    /// Whoever may signal this process can send the same signal, by kill(1) for instance.
    bool isMessage() const
    {
        return m_info.ssi_code == SI_QUEUE && m_info.ssi_errno > 0 &&
               m_info.ssi_errno <= static_cast<int>(valueSize);
    }

    /// Of ours none waits, but others of this user may, and as many more as there is room for would leave
    /// none to us.
    void keepRoom()
    {
        if (now() < m_limitAgainAt)
            return;
        limitQueue(m_queueLength);
        m_counts.systemCalls += 5; // two for the limit, three for the file
        m_limitAgainAt = now() + betweenLimits;
    }

    /// Done: look again, be it a last time.
    Outcome waitForSignal(Deadline deadline)
    {
        keepRoom();
        if (deadline.isImmediate())
            return Outcome::WouldBlock;
        const Nanoseconds patience =
            deadline.isNever() ? betweenLimits : std::min(deadline.remaining(), betweenLimits);
        ++m_counts.systemCalls;
        std::array<pollfd, 2> entries{pollfd{.fd = m_signals.get(), .events = POLLIN, .revents = 0},
                                      pollfd{.fd = m_meeting.get(), .events = POLLIN, .revents = 0}};
        const timespec left = toTimespec(patience);
        const int ready = ::ppoll(entries.data(), entries.size(), &left, nullptr);
        if (ready < 0 && errno == EINTR)
            return Outcome::Interrupted;
        check(ready, "ppoll");
        m_senderHasGone = entries[1].revents != 0;
        const bool isOver = !deadline.isNever() && deadline.remaining() == Nanoseconds::zero();
        return ready == 0 && isOver ? Outcome::TimedOut : Outcome::Done;
    }

    UniqueFd m_meeting; ///< its end says that the sender has gone
    std::uint64_t m_queueLength;
    Nanoseconds m_limitAgainAt = now() + betweenLimits;
    UniqueFd m_signals;
    signalfd_siginfo m_info{};
    bool m_senderHasGone = false;
};

class SignalChannel final : public Channel {
public:
    explicit SignalChannel(const ChannelRequest& request)
        : m_meeting(makePacketPair(1, sizeof(pid_t), PacketContent::Bytes)),
          m_object(objectOf("socket pair", m_meeting.sender.get()))
    {
        const int number = signalNumber(request.options);
        const std::uint64_t length =
            std::min<std::uint64_t>(request.options.count("queue_length"), userQuota());
        m_settings = {
            {"signal", "Signal", "SIGRTMIN+" + request.options.text("signal"), std::to_string(number)},
            {"queue_length", "Queue length", request.options.text("queue_length"), std::to_string(length)}};
    }

    Invitation invite(Seat seat) override
    {
        Invitation invitation;
        invitation.descriptors.push_back(
            duplicate(seat.end == ChannelEnd::Sender ? m_meeting.sender : m_meeting.receiver));
        return invitation;
    }

    void workersStarted() override
    {
        m_meeting.sender.reset();
        m_meeting.receiver.reset();
    }

    std::vector<EffectiveSetting> effective() const override { return m_settings; }

    /// The quota is shared with everything else that this user runs: how much of it is left, nobody can
    /// promise.
    std::optional<Capacity> capacity() const override { return std::nullopt; }

    std::vector<KernelObject> objects() const override
    {
        return {m_object, objectOfWorker("signalfd", ChannelEnd::Receiver),
                objectOfWorker("pidfd", ChannelEnd::Sender)};
    }

private:
    PacketPair m_meeting;
    KernelObject m_object;
    std::vector<EffectiveSetting> m_settings;
};

class SignalMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    Sharing sharing(const Options&) const override
    {
        return {.limit = {},
                .onlyPairsBecause = "a process has one queue for a signal, whoever sends it, and all queues "
                                    "of a user share one quota"};
    }

    std::optional<std::string> whyNotByName(const Options&, Wait) const override
    {
        return "a receiver has no name but its pid, which it tells the sender here over a pair of sockets "
               "that both inherit";
    }

    MessageLimit limit(const Options&) const override
    {
        return {valueSize, "a signal carries one value, which is as large as a pointer (sigval)"};
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<SignalChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        UniqueFd& meeting = invitation.descriptors.at(0);
        const int number = signalNumber(request.options);
        if (seat.end == ChannelEnd::Sender)
            return std::make_unique<SignalSender>(std::move(meeting), number);
        return std::make_unique<SignalReceiver>(std::move(meeting), number,
                                                request.options.count("queue_length"));
    }

private:
    const MechanismInfo m_info{
        .id = "signal",
        .title = "Queued signal",
        .summary =
            "A real-time signal with a value of eight bytes, which needs no channel but the receiver's pid.",
        .traits = {.family = Family::Notification,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Block, Wait::Spin, Wait::Hybrid}},
        .options =
            {{.id = "signal",
              .label = "Signal",
              .help =
                  "Which real-time signal: SIGRTMIN plus this. Of several that wait, the lowest number is "
                  "delivered first.",
              .kind = OptionKind::Count,
              .initial = "0",
              .least = 0,
              .most = 30},
             {.id = "queue_length",
              .label = "Queue length",
              .help =
                  "Signals that may wait before a sender has to. All processes of this user share one quota "
                  "(RLIMIT_SIGPENDING); this lowers it for the receiver, so that the others keep theirs. "
                  "While none of its own waits the receiver makes up for those of others, ten times a "
                  "second.",
              .kind = OptionKind::Count,
              .initial = "1024",
              .least = 1,
              .most = 200'000}},
        .manPages = {"signal(7)", "sigqueue(3)", "signalfd(2)", "pidfd_send_signal(2)"},
    };
};

} // namespace

const Mechanism& signalMechanism()
{
    static const SignalMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
