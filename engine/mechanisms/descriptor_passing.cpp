// A memory file for each message, passed as a descriptor over a Unix socket (memfd_create(2), SCM_RIGHTS in
// unix(7)): the sender makes the file, maps it, writes the message into it, seals it, and sends the
// descriptor; the receiver gets a descriptor of its own for the same pages, maps them, and reads. The payload
// is never copied, however large it is, and the right to read it arrives together with it, which needs
// neither a name nor a common parent. The seals (F_SEAL_WRITE, F_SEAL_GROW, F_SEAL_SHRINK) are the receiver's
// safety: without them the sender could change the bytes after they were checked, or cut the file off, and
// the receiver would die of SIGBUS. So it looks at the seals before it looks at the message. The price is
// fixed: a file, two mappings and a dozen system calls a message, so that small messages are better copied.
// Descriptors on their way count against RLIMIT_NOFILE of the sending user.

#include "engine/base/failure.h"
#include "engine/mechanisms/memory/memory_limit.h"
#include "engine/mechanisms/sockets/packet_pair.h"
#include "engine/mechanisms/waits/waiting.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ipclab {

namespace {

constexpr int wantedSeals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK;

/// What goes with each descriptor: a message of a socket must not be empty.
constexpr std::array<std::byte, 1> packet{};

[[noreturn]] void throwTooManyOpen(const char* tried, int error, const char* reason)
{
    throw FailureError({tried, error, reason, "Make the queue shorter or raise the limit: ulimit -n 4096"});
}

/// A private view of the pages of one file. Unlike Mapping it owns pages that are gone with the message.
class View final {
public:
    View() = default;
    View(const UniqueFd& file, std::size_t size, int protection)
        : m_bytes(static_cast<std::byte*>(::mmap(nullptr, size, protection, MAP_SHARED, file.get(), 0)), size)
    {
        if (m_bytes.data() == MAP_FAILED)
            throwSystemError("mmap");
    }
    View(View&& other) noexcept : m_bytes(std::exchange(other.m_bytes, {})) {}
    View& operator=(View&& other) noexcept
    {
        std::swap(m_bytes, other.m_bytes);
        return *this;
    }
    ~View()
    {
        if (!m_bytes.empty())
            ::munmap(m_bytes.data(), m_bytes.size());
    }

    std::span<std::byte> bytes() const { return m_bytes; }

private:
    std::span<std::byte> m_bytes;
};

UniqueFd makeFile(std::size_t size)
{
    const int file = ::memfd_create("ipclab-message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0 && errno == EMFILE)
        throwTooManyOpen("make a memory file for a message", EMFILE,
                         "this process has reached its limit of open descriptors (RLIMIT_NOFILE)");
    UniqueFd owned(check(file, "memfd_create"));
    check(::ftruncate(owned.get(), static_cast<off_t>(size)), "ftruncate");
    return owned;
}

/// One end, for both directions.
class PassingEndpoint final : public Endpoint {
public:
    PassingEndpoint(UniqueFd socket, std::size_t largestMessage)
        : m_socket(std::move(socket)), m_largest(largestMessage)
    {
    }

    int pollDescriptor() const override { return m_socket.get(); }

    bool abandon() override
    {
        m_written = View();
        m_file.reset();
        return true;
    }

    // Hot path: these three run once per message. The files and mappings are what this mechanism costs.

    Reservation reserve(std::size_t size, Deadline) override
    {
        assert(size >= 1 && size <= m_largest);
        m_file = makeFile(size);
        m_written = View(m_file, size, PROT_READ | PROT_WRITE);
        m_counts.systemCalls += 3;
        return {Outcome::Done, m_written.bytes().data()};
    }

    Outcome commit(Deadline deadline) override
    {
        if (!m_written.bytes().empty())
            seal();
        while (true) {
            ++m_counts.systemCalls;
            if (sendPacket(m_socket, packet, m_file.get(), deadline) >= 0) [[likely]] {
                m_file.reset();
                ++m_counts.systemCalls;
                return Outcome::Done;
            }
            if (errno == ETOOMANYREFS)
                throwTooManyOpen("pass a descriptor", ETOOMANYREFS,
                                 "more descriptors of this user are on their way than RLIMIT_NOFILE allows");
            const Outcome outcome = afterFailedTransfer(
                "sendmsg", {m_socket.get(), POLLOUT, &meansSocketClosed}, deadline, m_counts);
            if (outcome != Outcome::Done)
                return outcome;
        }
    }

    Received receive(Deadline deadline) override
    {
        if (!m_read.bytes().empty()) {
            m_read = View();
            ++m_counts.systemCalls;
        }
        while (true) {
            UniqueFd file;
            ++m_counts.systemCalls;
            const ssize_t got = receivePacket(file, deadline);
            if (got > 0) [[likely]] {
                m_read = openMessage(file);
                return {Outcome::Done, m_read.bytes()};
            }
            // Said once, and before what is still queued: end of file follows that.
            if (got < 0 && errno == ECONNRESET)
                continue;
            const Outcome outcome =
                got == 0 ? Outcome::PeerClosed
                         : afterFailedTransfer("recvmsg", {m_socket.get(), POLLIN, &meansSocketClosed},
                                               deadline, m_counts);
            if (outcome != Outcome::Done)
                return {outcome};
        }
    }

private:
    /// The kernel refuses the seal as long as somebody could still write: the sender's own mapping goes
    /// first.
    void seal()
    {
        m_written = View();
        check(::fcntl(m_file.get(), F_ADD_SEALS, wantedSeals), "F_ADD_SEALS");
        m_counts.systemCalls += 2;
    }

    ssize_t receivePacket(UniqueFd& file, Deadline deadline)
    {
        std::array<std::byte, packet.size()> bytes;
        iovec part{bytes.data(), bytes.size()};
        alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control;
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t got =
            ::recvmsg(m_socket.get(), &message, MSG_CMSG_CLOEXEC | (deadline.isNever() ? 0 : MSG_DONTWAIT));
        if (got > 0)
            takeDescriptor(message, file);
        return got;
    }

    static void takeDescriptor(msghdr& message, UniqueFd& file)
    {
        const cmsghdr* rights = CMSG_FIRSTHDR(&message);
        if (rights != nullptr && rights->cmsg_type == SCM_RIGHTS &&
            rights->cmsg_len == CMSG_LEN(sizeof(int))) {
            int descriptor = -1;
            std::memcpy(&descriptor, CMSG_DATA(rights), sizeof descriptor);
            file.reset(descriptor);
            return;
        }
        if ((message.msg_flags & MSG_CTRUNC) != 0)
            throwTooManyOpen("receive a descriptor", EMFILE,
                             "this process has reached its limit of open descriptors (RLIMIT_NOFILE)");
        throw FailureError({"receive a descriptor", 0, "a packet came without one"});
    }

    View openMessage(const UniqueFd& file)
    {
        const int seals = ::fcntl(file.get(), F_GET_SEALS);
        if (seals < 0 || (seals & wantedSeals) != wantedSeals)
            throw FailureError(
                {"trust a message", 0,
                 "its memory file is not sealed, so the sender could change it while it is read"});
        struct stat status {};
        check(::fstat(file.get(), &status), "fstat");
        const auto size = static_cast<std::size_t>(status.st_size);
        if (size == 0 || size > m_largest)
            throw FailureError(
                {"receive a message", 0,
                 fmt::format("its memory file has {} B where 1 to {} B are possible", size, m_largest)});
        m_counts.systemCalls += 4; // with mmap(2) and close(2)
        return {file, size, PROT_READ};
    }

    UniqueFd m_socket;
    std::size_t m_largest;
    UniqueFd m_file; ///< of the message that is written, and then sent
    View m_written;
    View m_read;
};

class PassingMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    /// Besides those that wait, each end may hold one.
    MessageLimit limit(const Options& options) const override
    {
        const std::uint64_t files =
            makePacketPair(options.count("queue_length"), packet.size(), PacketContent::BytesAndDescriptor)
                .length +
            2;
        return {memoryBudget() / files,
                fmt::format("{} memory files must fit into {}", files, describeMemoryBudget())};
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        PacketPair pair = makePacketPair(request.options.count("queue_length"), packet.size(),
                                         PacketContent::BytesAndDescriptor);
        const EffectiveSetting length = queueLengthSetting(request.options, pair.length);
        return makePacketChannel(std::move(pair), {length});
    }

    std::unique_ptr<Endpoint> join(Seat, Invitation invitation, const JoinRequest& request) const override
    {
        return std::make_unique<PassingEndpoint>(std::move(invitation.descriptors.at(0)),
                                                 request.largestMessage);
    }

private:
    const MechanismInfo m_info{
        .id = "descriptor_passing",
        .title = "Descriptor passing",
        .summary = "A sealed memory file for each message, whose descriptor travels over a Unix socket.",
        .traits = {.family = Family::Message,
                   .directions = Directions::TwoWay,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid},
                   .copiesPerMessage = 0},
        .options = {queueLengthOption()},
        .manPages = {"unix(7)", "memfd_create(2)", "cmsg(3)", "fcntl(2)"},
    };
};

} // namespace

const Mechanism& descriptor_passingMechanism()
{
    static const PassingMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
