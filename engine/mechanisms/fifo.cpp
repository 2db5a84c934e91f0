// A FIFO, or named pipe (fifo(7)): the byte queue of pipe(7) with a name in the file system, so that
// processes meet that know nothing of each other but a path. The file holds no bytes: it is a place to meet,
// and what is written goes through memory as in any pipe. open(2) waits until the other end is opened too,
// whichever comes first; without waiting (O_NONBLOCK) a writer that finds no reader gets ENXIO. Once both are
// there it is a pipe: one way, in order, 64 KiB unless told otherwise, and end of file when the last writer
// has closed. The name stays until somebody unlinks it, and who may open it is said by its mode, here 0600.
// Two processes that talk over two FIFOs must open them in the same order, or both wait for ever.

#include "engine/base/failure.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/memory/memory_limit.h"
#include "engine/mechanisms/streams/pipe_capacity.h"
#include "engine/mechanisms/streams/stream_endpoint.h"
#include "engine/mechanisms/waits/patience.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <functional>

namespace ipclab {

namespace {

std::string_view kindOfFile(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return "a regular file";
    case S_IFDIR:
        return "a directory";
    case S_IFSOCK:
        return "a socket";
    default:
        return "something else";
    }
}

JournaledName makeFifo(NameJournal& journal)
{
    const std::string path = journal.directory() + "/" + journal.freshName();
    JournaledName name(journal, {NameKind::Path, path});
    check(::mkfifo(path.c_str(), S_IRUSR | S_IWUSR), "mkfifo");
    return name;
}

/// Waits until the other end has been opened too, if `flags` do not say otherwise. Without waiting a writer
/// that finds no reader tries again, and tells `refused` of each ENXIO.
UniqueFd openFifo(const std::string& path, int flags, const std::function<void(int)>& refused = {})
{
    const auto open = [&] { return ::open(path.c_str(), flags | O_NOFOLLOW | O_CLOEXEC); };
    int descriptor = -1;
    do
        descriptor = persistUntilPeer(open, {ENXIO}, refused);
    while (descriptor < 0 && errno == EINTR);
    const std::string tried = "open the FIFO " + path;
    if (descriptor < 0 && errno == ENXIO)
        throw FailureError({tried, ENXIO, "nobody opened it for reading within 10 s"});
    if (descriptor < 0 && errno == ELOOP)
        throw FailureError({tried, ELOOP, "a symbolic link is there instead"});
    if (descriptor < 0)
        throw FailureError(explain(std::system_error(errno, std::generic_category(), "open"), tried));
    UniqueFd end(descriptor);
    struct stat status {};
    check(::fstat(end.get(), &status), "fstat");
    if (!S_ISFIFO(status.st_mode))
        throw FailureError({tried, 0, fmt::format("{} is there instead", kindOfFile(status.st_mode))});
    return end;
}

/// Opens the end of `seat` as the option says, for calls that wait.
UniqueFd openEnd(Seat seat, const std::string& path, const JoinRequest& request)
{
    const int access = seat.end == ChannelEnd::Sender ? O_WRONLY : O_RDONLY;
    if (request.options.text("open") == "blocking")
        return openFifo(path, access);
    UniqueFd end = openFifo(path, access | O_NONBLOCK, request.refused);
    // A reader has its end at once, but would take for the end of the stream that no writer has come yet.
    if (seat.end == ChannelEnd::Receiver)
        return openFifo(path, access);
    check(::fcntl(end.get(), F_SETFL, 0), "F_SETFL");
    return end;
}

OptionSpec openOption()
{
    return {.id = "open",
            .label = "Open",
            .help = "What a process does that opens the FIFO before its peer has.",
            .kind = OptionKind::Choice,
            .initial = "blocking",
            .choices = {
                {"blocking", "Wait", "open(2) sleeps until the other end is opened too."},
                {"non-blocking", "Do not wait",
                 "O_NONBLOCK: without a reader the writer gets ENXIO, which is counted, and tries again. A "
                 "reader has its end at once, but would read the end of the stream: so it waits in a second "
                 "open(2)."}}};
}

class FifoChannel final : public Channel {
public:
    explicit FifoChannel(const ChannelRequest& request)
        : m_name(makeFifo(request.journal)), m_object(objectAt("FIFO", m_name.name()))
    {
        // Opened for a moment only: somebody who held both ends would hide that a worker is not there yet, or
        // not any more. The capacity is gone with the last who closes, so the sender asks for it again.
        const UniqueFd end = openFifo(m_name.name(), O_RDWR | O_NONBLOCK);
        m_capacity = pipeCapacityFor(setPipeCapacity(end, request.options.size("capacity")),
                                     request.largestMessage, framingOf(request.options));
        m_settings = {pipeCapacitySetting(request.options, m_capacity.amount),
                      framingSetting(request.options),
                      {"open", "Open", request.options.text("open"), request.options.text("open")}};
    }

    Invitation invite(Seat) override { return {{}, m_name.name()}; }

    std::vector<EffectiveSetting> effective() const override { return m_settings; }

    std::optional<Capacity> capacity() const override { return m_capacity; }

    std::vector<KernelObject> objects() const override { return {m_object}; }

private:
    JournaledName m_name;
    KernelObject m_object;
    Capacity m_capacity;
    std::vector<EffectiveSetting> m_settings;
};

class FifoMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    MessageLimit limit(const Options& options) const override
    {
        return framingOf(options) == Framing::Packets ? packetLimit() : privateMemoryLimit();
    }

    Boundaries boundaries(const Options& options) const override { return boundariesOf(framingOf(options)); }

    Sharing sharing(const Options& options) const override { return pipeSharing(framingOf(options)); }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<FifoChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        const bool isSender = seat.end == ChannelEnd::Sender;
        UniqueFd end = openEnd(seat, invitation.address, request);
        if (isSender)
            setPipeCapacity(end, request.options.size("capacity"));
        if (isSender && framingOf(request.options) == Framing::Packets)
            check(::fcntl(end.get(), F_SETFL, O_DIRECT), "F_SETFL");
        return makePipeEndpoint(std::move(end), request.largestMessage, framingOf(request.options));
    }

private:
    const MechanismInfo m_info{
        .id = "fifo",
        .title = "FIFO (named pipe)",
        .summary = "A pipe with a path, at which processes meet that know nothing else of each other.",
        .traits = {.family = Family::ByteStream,
                   .boundaries = Boundaries::Framed,
                   .namedBy = {NamedBy::Path},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid},
                   .mostSenders = anyNumber},
        .options = {pipeCapacityOption(), framingOption(PacketMode::Offered), openOption()},
        .manPages = {"fifo(7)", "mkfifo(3)", "pipe(7)"},
    };
};

} // namespace

const Mechanism& fifoMechanism()
{
    static const FifoMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
