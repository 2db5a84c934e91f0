// An anonymous pipe (pipe(7)): a byte queue in the kernel with one end to write and one to read, known to the
// process that made it and to those that inherit a descriptor. It has no name and no message boundaries;
// bytes come out in the order in which they went in. It holds 64 KiB unless told otherwise (F_SETPIPE_SZ):
// when it is full a writer sleeps, when it is empty a reader does, and that is all the synchronisation two
// processes need. Every message is copied twice: into the kernel's pages and out of them. When the last
// writer has closed, read(2) returns 0; when the last reader has, write(2) fails with EPIPE. It goes one way
// only, so an answer needs a second pipe.

#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory_limit.h"
#include "engine/mechanisms/stream_endpoint.h"

#include <fcntl.h>
#include <limits.h>

#include <array>

namespace ipclab {

namespace {

/// The kernel keeps the bytes in pages and fills a page up only with the whole rest of a write, so that it
/// depends on the size how many messages fit: asked of a pipe made for this question. Returns the bytes a
/// message takes above its own.
std::uint64_t measureOverhead(std::uint64_t capacity, std::size_t messageSize)
{
    std::array<int, 2> descriptors{};
    check(::pipe2(descriptors.data(), O_CLOEXEC | O_NONBLOCK), "pipe2");
    const UniqueFd readEnd(descriptors[0]);
    const UniqueFd writeEnd(descriptors[1]);
    const std::vector<std::byte> frame(bytesPerPrefix + messageSize);
    // Small messages fill every page alike; the default capacity tells enough and is filled sooner.
    if (frame.size() > PIPE_BUF)
        ::fcntl(writeEnd.get(), F_SETPIPE_SZ, static_cast<unsigned>(capacity));
    const auto size =
        static_cast<std::uint64_t>(check(::fcntl(writeEnd.get(), F_GETPIPE_SZ), "F_GETPIPE_SZ"));
    std::uint64_t messages = 0;
    while (::write(writeEnd.get(), frame.data(), frame.size()) == static_cast<ssize_t>(frame.size()))
        ++messages;
    return messages == 0 ? bytesPerPrefix : size / messages - messageSize;
}

class PipeChannel final : public Channel {
public:
    explicit PipeChannel(const ChannelRequest& request)
        : m_requestedCapacity(request.options.size("capacity"))
    {
        std::array<int, 2> ends{};
        check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
        m_readEnd.reset(ends[0]);
        m_writeEnd.reset(ends[1]);
        m_capacity = setCapacity();
        m_overhead = measureOverhead(m_capacity, request.largestMessage);
        m_name = nameOfDescriptor(m_readEnd.get());
    }

    Invitation invite(Seat seat) override
    {
        const UniqueFd& end = seat.end == ChannelEnd::Sender ? m_writeEnd : m_readEnd;
        Invitation invitation;
        invitation.descriptors.push_back(duplicate(end));
        return invitation;
    }

    void workersStarted() override
    {
        m_readEnd.reset();
        m_writeEnd.reset();
    }

    std::vector<EffectiveSetting> effective() const override
    {
        return {{"capacity", "Capacity", formatSize(m_requestedCapacity), formatSize(m_capacity)}};
    }

    std::optional<Capacity> capacity() const override
    {
        return Capacity{m_capacity, CapacityUnit::Bytes, m_overhead};
    }

    std::vector<KernelObject> objects() const override { return {{"pipe", m_name}}; }

private:
    /// The kernel rounds up to a power of two of pages; returns what it made of it.
    std::uint64_t setCapacity()
    {
        const int current = check(::fcntl(m_writeEnd.get(), F_GETPIPE_SZ), "F_GETPIPE_SZ");
        if (m_requestedCapacity == static_cast<std::uint64_t>(current))
            return m_requestedCapacity;
        try {
            check(::fcntl(m_writeEnd.get(), F_SETPIPE_SZ, static_cast<unsigned>(m_requestedCapacity)),
                  "F_SETPIPE_SZ");
        } catch (const std::system_error& error) {
            throw FailureError(
                explain(error, "give the pipe a capacity of " + formatSize(m_requestedCapacity)));
        }
        return static_cast<std::uint64_t>(check(::fcntl(m_writeEnd.get(), F_GETPIPE_SZ), "F_GETPIPE_SZ"));
    }

    UniqueFd m_readEnd;
    UniqueFd m_writeEnd;
    std::uint64_t m_requestedCapacity;
    std::uint64_t m_capacity = 0;
    std::uint64_t m_overhead = 0;
    std::string m_name;
};

class PipeMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    MessageLimit limit(const Options&) const override { return privateMemoryLimit(); }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<PipeChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat, Invitation invitation, const JoinRequest& request) const override
    {
        return makePipeEndpoint(std::move(invitation.descriptors.at(0)), request.largestMessage);
    }

private:
    const MechanismInfo m_info{
        .id = "pipe",
        .title = "Pipe",
        .summary = "A one-way byte queue in the kernel, inherited from the process that made it.",
        .traits = {.family = Family::ByteStream,
                   .boundaries = Boundaries::Framed,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid}},
        .options = {{.id = "capacity",
                     .label = "Capacity",
                     .help = "Bytes the pipe holds before a writer has to wait. The kernel rounds up to a "
                             "power of two; more than "
                             "/proc/sys/fs/pipe-max-size (1 MiB by default) needs privileges.",
                     .kind = OptionKind::Size,
                     .initial = "64 KiB",
                     .least = 4096,
                     .most = 1 << 30}},
        .manPages = {"pipe(7)", "pipe(2)", "fcntl(2)"},
    };
};

} // namespace

const Mechanism& pipeMechanism()
{
    static const PipeMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
