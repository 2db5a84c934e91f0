// Giving pages to a pipe instead of copying them (vmsplice(2)): a pipe is a row of references to pages, and
// where write(2) copies into pages of the kernel's, vmsplice makes it refer to the sender's own. One of a
// pipe's two copies is gone; the other stays, for reading copies out of those pages into the receiver's. Two
// things are lost with it. The pipe holds pages, not bytes: 64 KiB are sixteen references, and a message of
// 64 B takes one as well as 4 KiB do. And until the receiver has read, the pages are in use by both: whoever
// writes into one too early changes a message that was sent. A sender can use its pages in turn and know when
// one is free again, or make each a gift (SPLICE_F_GIFT): never touch it again, and take a new one. The
// kernel uses a gift as its own where it can; a receiver that reads has nothing of it, but the sender pays
// for new pages.

#include "engine/base/failure.h"
#include "engine/mechanisms/ends_channel.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory/memory_limit.h"
#include "engine/mechanisms/streams/pipe_capacity.h"
#include "engine/mechanisms/streams/stream_endpoint.h"
#include "engine/mechanisms/waits/waiting.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ipclab {

namespace {

/// Where a frame starts in its first page, so that the payload is aligned to 8.
constexpr std::size_t frameStart = 8 - bytesPerPrefix;

std::size_t pageSize()
{
    static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return size;
}

/// Pages for one message, and so the references that it takes in the pipe.
std::size_t pagesFor(std::size_t messageSize)
{
    return (frameStart + bytesPerPrefix + messageSize + pageSize() - 1) / pageSize();
}

/// Private memory in whole pages.
class Pages final {
public:
    explicit Pages(std::size_t count) : m_size(count * pageSize())
    {
        void* data = ::mmap(nullptr, m_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (data == MAP_FAILED)
            throwSystemError("mmap");
        m_data = static_cast<std::byte*>(data);
    }
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;
    ~Pages() { ::munmap(m_data, m_size); }

    std::byte* at(std::size_t page) const { return m_data + page * pageSize(); }

    /// Forgets these pages. Whoever else refers to them keeps them; here, new ones come with the next touch.
    void renew(std::size_t page, std::size_t count) const
    {
        check(::madvise(at(page), count * pageSize(), MADV_DONTNEED), "madvise");
    }

private:
    std::byte* m_data = nullptr;
    std::size_t m_size;
};

enum class After { Reuse, Gift };

/// Writes each message into pages of its own and makes the pipe refer to them.
class SplicingSender final : public Endpoint {
public:
    SplicingSender(UniqueFd pipe, std::size_t largestMessage, After after)
        : m_pipe(std::move(pipe)), m_largest(largestMessage), m_after(after), m_pageCount(pagesNeeded()),
          m_pages(m_pageCount)
    {
    }

    int pollDescriptor() const override { return m_pipe.get(); }
    bool abandon() override { return m_sent == 0; }

    // Hot path: these two run once per message.

    Reservation reserve(std::size_t size, Deadline) override
    {
        assert(m_sent == 0 && size >= 1 && size <= m_largest);
        const auto length = static_cast<std::uint32_t>(size);
        m_framePages = pagesFor(size);
        if (m_page + m_framePages > m_pageCount)
            m_page = 0;
        m_begin = m_pages.at(m_page) + frameStart;
        m_frame = bytesPerPrefix + size;
        std::memcpy(m_begin, &length, bytesPerPrefix);
        return {Outcome::Done, m_begin + bytesPerPrefix};
    }

    Outcome commit(Deadline deadline) override
    {
        while (true) {
            const std::size_t left = m_frame - m_sent;
            const iovec rest{m_begin + m_sent, left};
            const ssize_t taken = ::vmsplice(m_pipe.get(), &rest, 1, flagsFor(deadline));
            ++m_counts.systemCalls;
            if (taken == static_cast<ssize_t>(left)) [[likely]]
                return finish();
            if (taken >= 0) {
                // As many references as there was room for; the rest needs another call.
                if (m_sent == 0)
                    ++m_counts.partialTransfers;
                m_sent += static_cast<std::size_t>(taken);
                continue;
            }
            const Outcome outcome = afterFailedTransfer("vmsplice", {m_pipe.get(), POLLOUT, &meansPipeClosed},
                                                        deadline, m_counts);
            if (outcome != Outcome::Done)
                return outcome;
        }
    }

    Received receive(Deadline) override
    {
        assert(!"a pipe goes one way");
        return {Outcome::PeerClosed};
    }

private:
    /// A page may be written anew when the receiver has read it. The pipe hands its references on in order
    /// and holds as many as it has pages of capacity, so a page has been read when so many others were taken
    /// after it. The pages are used from the first to the last and then again; between two uses of a page all
    /// others are given away, but for those at the end where the next message did not fit, and those of the
    /// same message that are given later. Both are fewer than a message has. Gifts are never written again,
    /// wherever they lie.
    std::size_t pagesNeeded() const
    {
        const std::size_t inOneMessage = pagesFor(m_largest);
        if (m_after == After::Gift)
            return inOneMessage;
        const int capacity = check(::fcntl(m_pipe.get(), F_GETPIPE_SZ), "F_GETPIPE_SZ");
        return static_cast<std::size_t>(capacity) / pageSize() + 2 * inOneMessage;
    }

    unsigned flagsFor(Deadline deadline) const
    {
        return (deadline.isNever() ? 0 : SPLICE_F_NONBLOCK) | (m_after == After::Gift ? SPLICE_F_GIFT : 0);
    }

    Outcome finish()
    {
        m_sent = 0;
        if (m_after == After::Gift) {
            m_pages.renew(m_page, m_framePages);
            ++m_counts.systemCalls;
        } else {
            m_page += m_framePages;
        }
        return Outcome::Done;
    }

    UniqueFd m_pipe;
    std::size_t m_largest;
    After m_after;
    std::size_t m_pageCount;
    Pages m_pages;
    std::size_t m_page = 0;       ///< the first of the message at hand
    std::size_t m_framePages = 0; ///< how many it has
    std::byte* m_begin = nullptr; ///< of its frame
    std::size_t m_frame = 0;      ///< bytes
    std::size_t m_sent = 0;       ///< of them given to the pipe
};

/// Every page is a reference, however little of it is used.
Capacity capacityInPages(std::uint64_t capacity, std::size_t messageSize)
{
    return {capacity, CapacityUnit::Bytes, pagesFor(messageSize) * pageSize() - messageSize};
}

std::unique_ptr<Channel> makePipe(const ChannelRequest& request)
{
    std::array<int, 2> ends{};
    check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    UniqueFd readEnd(ends[0]);
    UniqueFd writeEnd(ends[1]);
    const std::uint64_t capacity = setPipeCapacity(writeEnd, request.options.size("capacity"));
    const KernelObject object = objectOf("pipe", readEnd.get());
    const std::string& method = request.options.text("method");
    return std::make_unique<EndsChannel>(EndsChannel::Parts{
        .sender = std::move(writeEnd),
        .receiver = std::move(readEnd),
        .capacity = capacityInPages(capacity, request.largestMessage),
        .settings = {{"method", "Method", method, method}, pipeCapacitySetting(request.options, capacity)},
        .objects = {object}});
}

class SpliceMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    /// Without an argument that could be taken, it only says whether it is there.
    std::optional<Unavailability> unavailable() const override
    {
        const iovec nothing{};
        return ::vmsplice(-1, &nothing, 1, 0) == 0 ? std::nullopt : refusalOf("vmsplice(2)", errno);
    }

    /// The pages that are used in turn: those of the pipe, and twice those of a message.
    MessageLimit limit(const Options& options) const override
    {
        MessageLimit limit = privateMemoryLimit();
        const std::uint64_t inThePipe = options.size("capacity");
        limit.largest = inThePipe < limit.largest ? (limit.largest - inThePipe) / 3 : 0;
        limit.because =
            "the sender uses pages for two messages and for the pipe in turn, and the receiver keeps a "
            "message, for which " +
            describeMemoryBudget() + " is allowed";
        return limit;
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override { return makePipe(request); }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        UniqueFd& end = invitation.descriptors.at(0);
        if (seat.end == ChannelEnd::Receiver)
            return makePipeEndpoint(std::move(end), request.largestMessage);
        return std::make_unique<SplicingSender>(std::move(end), request.largestMessage,
                                                request.options.text("method") == "gift" ? After::Gift
                                                                                         : After::Reuse);
    }

private:
    const MechanismInfo m_info{
        .id = "pipe_splice",
        .title = "Pipe with given pages (vmsplice)",
        .summary = "A pipe that refers to the sender's own pages instead of copying them.",
        .traits = {.family = Family::ByteStream,
                   .boundaries = Boundaries::Framed,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid},
                   .copiesPerMessage = 1},
        .options =
            {{.id = "method",
              .label = "Method",
              .help = "How a message gets into the pipe.",
              .kind = OptionKind::Choice,
              .initial = "vmsplice",
              .choices = {{"vmsplice", "Pages in turn",
                           "The pipe refers to the sender's pages, which it uses again when they were read."},
                          {"gift", "Pages as a gift",
                           "The pipe gets the pages for good (SPLICE_F_GIFT); the sender takes new ones."}}},
             pipeCapacityOption()},
        .manPages = {"vmsplice(2)", "splice(2)", "pipe(7)"},
    };
};

} // namespace

const Mechanism& pipe_spliceMechanism()
{
    static const SpliceMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
