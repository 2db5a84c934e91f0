// An anonymous pipe (pipe(7)): a byte queue in the kernel with one end to write and one to read, known to the
// process that made it and to those that inherit a descriptor. It has no name and no message boundaries;
// bytes come out in the order in which they went in. It holds 64 KiB unless told otherwise (F_SETPIPE_SZ):
// when it is full a writer sleeps, when it is empty a reader does, and that is all the synchronisation two
// processes need. Every message is copied twice: into the kernel's pages and out of them. When the last
// writer has closed, read(2) returns 0; when the last reader has, write(2) fails with EPIPE. It goes one way
// only, so an answer needs a second pipe.

#include "engine/base/failure.h"
#include "engine/mechanisms/ends_channel.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory/memory_limit.h"
#include "engine/mechanisms/streams/pipe_capacity.h"
#include "engine/mechanisms/streams/stream_endpoint.h"

#include <fcntl.h>

#include <array>

namespace ipclab {

namespace {

std::unique_ptr<Channel> makePipe(const ChannelRequest& request)
{
    std::array<int, 2> ends{};
    const Framing framing = framingOf(request.options);
    check(::pipe2(ends.data(), O_CLOEXEC | (framing == Framing::Packets ? O_DIRECT : 0)), "pipe2");
    UniqueFd readEnd(ends[0]);
    UniqueFd writeEnd(ends[1]);
    const Capacity capacity = pipeCapacityFor(setPipeCapacity(writeEnd, request.options.size("capacity")),
                                              request.largestMessage, framing);
    const KernelObject object = objectOf("pipe", readEnd.get());
    return std::make_unique<EndsChannel>(EndsChannel::Parts{
        .sender = std::move(writeEnd),
        .receiver = std::move(readEnd),
        .capacity = capacity,
        .settings = {pipeCapacitySetting(request.options, capacity.amount), framingSetting(request.options)},
        .objects = {object}});
}

class PipeMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    MessageLimit limit(const Options& options) const override
    {
        return framingOf(options) == Framing::Packets ? packetLimit() : privateMemoryLimit();
    }

    Boundaries boundaries(const Options& options) const override { return boundariesOf(framingOf(options)); }

    Sharing sharing(const Options& options) const override { return pipeSharing(framingOf(options)); }

    /// A packet is there as a whole or not at all, whoever dies.
    std::optional<std::string> whyNotRejoin(const Options& options) const override
    {
        if (framingOf(options) == Framing::Packets)
            return std::nullopt;
        return *Mechanism::whyNotRejoin(options) + "; set mechanism_options.framing to packets";
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override { return makePipe(request); }

    std::unique_ptr<Endpoint> join(Seat, Invitation invitation, const JoinRequest& request) const override
    {
        return makePipeEndpoint(std::move(invitation.descriptors.at(0)), request.largestMessage,
                                framingOf(request.options));
    }

private:
    const MechanismInfo m_info{
        .id = "pipe",
        .title = "Pipe",
        .summary = "A one-way byte queue in the kernel, inherited from the process that made it.",
        .traits = {.family = Family::ByteStream,
                   .boundaries = Boundaries::Framed,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid},
                   .mostSenders = anyNumber},
        .options = {pipeCapacityOption(), framingOption(PacketMode::Offered)},
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
