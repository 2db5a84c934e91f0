#include "engine/mechanisms/memory/vm_endpoint.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/message_buffer.h"
#include "engine/mechanisms/sockets/packet_pair.h"
#include "engine/mechanisms/waits/waiting.h"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>

namespace ipclab {

namespace {

void sendNote(const UniqueFd& socket, const VmNote& note)
{
    check(sendPacket(socket, std::as_bytes(std::span(&note, 1)), -1, Deadline::never()), "sendmsg");
}

VmNote awaitGreeting(const UniqueFd& socket)
{
    VmNote greeting;
    receiveGreeting(socket, std::as_writable_bytes(std::span(&greeting, 1)));
    return greeting;
}

/// Where the kernel does not ask for it, it does not know the request.
void letIn(pid_t peer)
{
    ::prctl(PR_SET_PTRACER, static_cast<unsigned long>(peer), 0, 0, 0);
}

/// From one slot to the next: the sender that writes into the receiver's has to know it too.
constexpr std::size_t strideFor(std::size_t largestMessage)
{
    constexpr std::size_t cacheLine = 64;
    return (largestMessage + cacheLine - 1) / cacheLine * cacheLine;
}

/// Memory of this process for so many messages, used in turn. The kernel bounds the notes on their way
/// (PacketPair), and whoever has taken a note has done with its slot, or has at most that one, so that a slot
/// is free again when its turn comes.
class Slots final {
public:
    Slots(std::uint64_t count, std::size_t largestMessage)
        : m_count(count), m_stride(strideFor(largestMessage)),
          m_memory(std::make_unique_for_overwrite<std::byte[]>(count * m_stride))
    {
    }

    std::byte* at(std::uint64_t number) const { return m_memory.get() + number % m_count * m_stride; }
    std::uint64_t count() const { return m_count; }

private:
    std::uint64_t m_count;
    std::size_t m_stride;
    std::unique_ptr<std::byte[]> m_memory;
};

std::uint64_t addressOf(const std::byte* place)
{
    return reinterpret_cast<std::uintptr_t>(place);
}

/// What both ends have in common: the socket and the way across.
class VmEndpoint : public Endpoint {
public:
    VmEndpoint(UniqueFd socket, std::size_t largestMessage)
        : m_socket(std::move(socket)), m_largest(largestMessage)
    {
    }

    int pollDescriptor() const override { return m_socket.get(); }

protected:
    using Copy = ssize_t (*)(pid_t, const iovec*, unsigned long, const iovec*, unsigned long, unsigned long);

    /// Copies between `own` and the memory of which the note tells. PeerClosed where that process has gone.
    Outcome copy(Copy call, std::span<std::byte> own, const VmNote& there)
    {
        const iovec local{own.data(), own.size()};
        const iovec remote{reinterpret_cast<void*>(there.address),
                           own.size()}; // NOLINT(performance-no-int-to-ptr)
        ++m_counts.systemCalls;
        const ssize_t copied = call(there.pid, &local, 1, &remote, 1, 0);
        if (copied == static_cast<ssize_t>(own.size())) [[likely]]
            return Outcome::Done;
        if (copied >= 0)
            return Outcome::Truncated;
        const int error = errno;
        if (error == ESRCH || peerIsLeaving())
            return Outcome::PeerClosed;
        throw FailureError({"copy a message from process to process", error, errorMeaning(error),
                            "See ptrace(2) for who may: kernel.yama.ptrace_scope must be 0 or 1"});
    }

    Outcome afterFailure(const char* call, short events, Deadline deadline)
    {
        return afterFailedTransfer(call, {m_socket.get(), events, &meansSocketClosed}, deadline, m_counts);
    }

    UniqueFd m_socket;
    std::size_t m_largest;

private:
    /// A process that ends gives its memory up a moment before its descriptors.
    bool peerIsLeaving() const
    {
        constexpr auto aMoment = std::chrono::milliseconds(200);
        pollfd entry{.fd = m_socket.get(), .events = 0, .revents = 0};
        const timespec left = toTimespec(aMoment);
        return ::ppoll(&entry, 1, &left, nullptr) > 0;
    }
};

class VmSender : public VmEndpoint {
public:
    using VmEndpoint::VmEndpoint;

    Received receive(Deadline) override
    {
        assert(!"copying between processes goes one way here");
        return {Outcome::PeerClosed};
    }

protected:
    Outcome announce(const VmNote& note, Deadline deadline)
    {
        while (true) {
            ++m_counts.systemCalls;
            if (sendPacket(m_socket, std::as_bytes(std::span(&note, 1)), -1, deadline) >= 0) [[likely]]
                return Outcome::Done;
            const Outcome outcome = afterFailure("sendmsg", POLLOUT, deadline);
            if (outcome != Outcome::Done)
                return outcome;
        }
    }
};

/// Keeps its messages until the receiver has come for them.
class OfferingSender final : public VmSender {
public:
    OfferingSender(UniqueFd socket, const VmTerms& terms)
        : VmSender(std::move(socket), terms.largestMessage),
          m_slots(terms.queueLength + 1, terms.largestMessage)
    {
        letIn(awaitGreeting(m_socket).pid);
    }

    /// What lies here and was not read would be lost. Whoever gave up waiting does not wait here.
    ~OfferingSender() override
    {
        if (m_hasGivenUp)
            return;
        constexpr timespec betweenLooks{.tv_sec = 0, .tv_nsec = 50'000};
        int unread = 0;
        pollfd entry{.fd = m_socket.get(), .events = 0, .revents = 0};
        while (::ioctl(m_socket.get(), SIOCOUTQ, &unread) == 0 && unread > 0 &&
               ::ppoll(&entry, 1, &betweenLooks, nullptr) <= 0) {
        }
    }

    /// Nobody knows of the message yet; those before it are still waited for.
    bool abandon() override
    {
        m_hasGivenUp = false;
        return true;
    }

    // Hot path: these two run once per message.

    Reservation reserve(std::size_t size, Deadline) override
    {
        m_note = {.address = addressOf(m_slots.at(m_sent)),
                  .length = static_cast<std::uint32_t>(size),
                  .pid = m_pid};
        return {Outcome::Done, m_slots.at(m_sent)};
    }

    Outcome commit(Deadline deadline) override
    {
        const Outcome outcome = announce(m_note, deadline);
        m_hasGivenUp = outcome != Outcome::Done;
        if (!m_hasGivenUp)
            ++m_sent;
        return outcome;
    }

private:
    const pid_t m_pid = ::getpid();
    Slots m_slots;
    std::uint64_t m_sent = 0;
    VmNote m_note;
    bool m_hasGivenUp = false; ///< the last message found no room, unless there is a next one
};

/// Puts its messages into the slots of the receiver.
class WritingSender final : public VmSender {
public:
    WritingSender(UniqueFd socket, const VmTerms& terms)
        : VmSender(std::move(socket), terms.largestMessage),
          m_message(makeMessageBuffer(terms.largestMessage))
    {
        sendNote(m_socket, {.pid = ::getpid()});
        m_slots = awaitGreeting(m_socket); // its length says how many
        m_stride = strideFor(terms.largestMessage);
    }

    /// What lies in the receiver's slot and was not announced, the next message overwrites.
    bool abandon() override
    {
        m_isThere = false;
        return true;
    }

    // Hot path: these two run once per message.

    Reservation reserve(std::size_t size, Deadline) override
    {
        m_size = size;
        return {Outcome::Done, m_message.get()};
    }

    Outcome commit(Deadline deadline) override
    {
        const VmNote note{.address = m_slots.address + m_sent % m_slots.length * m_stride,
                          .length = static_cast<std::uint32_t>(m_size),
                          .pid = m_slots.pid};
        if (!m_isThere) {
            const Outcome outcome = copy(&::process_vm_writev, {m_message.get(), m_size}, note);
            if (outcome != Outcome::Done)
                return Outcome::PeerClosed;
            m_isThere = true;
        }
        const Outcome outcome = announce(note, deadline);
        if (outcome == Outcome::Done) {
            m_isThere = false;
            ++m_sent;
        }
        return outcome;
    }

private:
    MessageBuffer m_message;
    std::size_t m_size = 0;
    VmNote m_slots;
    std::size_t m_stride = 0;
    std::uint64_t m_sent = 0;
    bool m_isThere = false; ///< the message has been written, but not announced
};

class VmReceiver : public VmEndpoint {
public:
    using VmEndpoint::VmEndpoint;

    Reservation reserve(std::size_t, Deadline) override
    {
        assert(!"copying between processes goes one way here");
        return {Outcome::PeerClosed};
    }

    Outcome commit(Deadline) override { return Outcome::PeerClosed; }

protected:
    Outcome readNote(VmNote& note, int flags, Deadline deadline)
    {
        while (true) {
            ++m_counts.systemCalls;
            const ssize_t got =
                ::recv(m_socket.get(), &note, sizeof note, flags | (deadline.isNever() ? 0 : MSG_DONTWAIT));
            if (got == sizeof note) [[likely]]
                return isPossible(note) ? Outcome::Done : throwImpossible(note);
            // Said once, and before what is still queued: end of file follows that.
            if (got < 0 && errno == ECONNRESET)
                continue;
            const Outcome outcome = got == 0 ? Outcome::PeerClosed : afterFailure("recv", POLLIN, deadline);
            if (outcome != Outcome::Done)
                return outcome;
        }
    }

private:
    bool isPossible(const VmNote& note) const { return note.length >= 1 && note.length <= m_largest; }

    [[noreturn]] Outcome throwImpossible(const VmNote& note) const
    {
        throw FailureError(
            {"receive a message", 0,
             fmt::format("its note says {} B where 1 to {} B are possible", note.length, m_largest)});
    }
};

/// Comes for each message, and takes its note away only then: the notes on their way are the messages not yet
/// read.
class ReadingReceiver final : public VmReceiver {
public:
    ReadingReceiver(UniqueFd socket, const VmTerms& terms)
        : VmReceiver(std::move(socket), terms.largestMessage),
          m_message(makeMessageBuffer(terms.largestMessage))
    {
        sendNote(m_socket, {.pid = ::getpid()});
    }

    // Hot path: runs once per message.

    Received receive(Deadline deadline) override
    {
        VmNote note;
        Outcome outcome = readNote(note, MSG_PEEK, deadline);
        if (outcome != Outcome::Done)
            return {outcome};
        const std::span<std::byte> message{m_message.get(), note.length};
        outcome = copy(&::process_vm_readv, message, note);
        if (outcome == Outcome::Done)
            outcome = readNote(note, 0, Deadline::immediately());
        return {outcome, message};
    }

private:
    MessageBuffer m_message;
};

/// Finds each message in its own memory.
class OfferingReceiver final : public VmReceiver {
public:
    OfferingReceiver(UniqueFd socket, const VmTerms& terms)
        // One more than with a sender that offers: the receiver holds one while it looks at it.
        : VmReceiver(std::move(socket), terms.largestMessage),
          m_slots(terms.queueLength + 2, terms.largestMessage)
    {
        letIn(awaitGreeting(m_socket).pid);
        sendNote(m_socket, {.address = addressOf(m_slots.at(0)),
                            .length = static_cast<std::uint32_t>(m_slots.count()),
                            .pid = ::getpid()});
    }

    // Hot path: runs once per message.

    Received receive(Deadline deadline) override
    {
        VmNote note;
        const Outcome outcome = readNote(note, 0, deadline);
        if (outcome != Outcome::Done)
            return {outcome};
        return {outcome, {m_slots.at(m_received++), note.length}};
    }

private:
    Slots m_slots;
    std::uint64_t m_received = 0;
};

} // namespace

std::unique_ptr<Endpoint> makeVmEndpoint(ChannelEnd end, UniqueFd socket, const VmTerms& terms)
{
    const bool receiverReads = terms.direction == VmDirection::ReceiverReads;
    if (end == ChannelEnd::Sender) {
        if (receiverReads)
            return std::make_unique<OfferingSender>(std::move(socket), terms);
        return std::make_unique<WritingSender>(std::move(socket), terms);
    }
    if (receiverReads)
        return std::make_unique<ReadingReceiver>(std::move(socket), terms);
    return std::make_unique<OfferingReceiver>(std::move(socket), terms);
}

} // namespace ipclab
