#include "engine/mechanisms/streams/pipe_capacity.h"

#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/streams/stream_endpoint.h"

#include <fcntl.h>
#include <limits.h>

#include <array>

namespace ipclab {

namespace {

std::uint64_t capacityOf(const UniqueFd& end)
{
    return static_cast<std::uint64_t>(check(::fcntl(end.get(), F_GETPIPE_SZ), "F_GETPIPE_SZ"));
}

} // namespace

OptionSpec pipeCapacityOption()
{
    return {.id = "capacity",
            .label = "Capacity",
            .help = "Bytes the pipe holds before a writer has to wait. The kernel rounds up to a "
                    "power of two; more than "
                    "/proc/sys/fs/pipe-max-size (1 MiB by default) needs privileges, and so does any growth "
                    "once the pipes of this user have fs.pipe-user-pages-soft pages together.",
            .kind = OptionKind::Size,
            .initial = "64 KiB",
            .least = 4096,
            .most = 1 << 30};
}

std::uint64_t setPipeCapacity(const UniqueFd& end, std::uint64_t requested)
{
    if (requested == capacityOf(end))
        return requested;
    try {
        check(::fcntl(end.get(), F_SETPIPE_SZ, static_cast<unsigned>(requested)), "F_SETPIPE_SZ");
    } catch (const std::system_error& error) {
        throw FailureError(explain(error, "give the pipe a capacity of " + formatSize(requested)));
    }
    return capacityOf(end);
}

Capacity pipeCapacityFor(std::uint64_t capacity, std::size_t messageSize, Framing framing)
{
    std::array<int, 2> descriptors{};
    const int mode = framing == Framing::Packets ? O_DIRECT : 0;
    check(::pipe2(descriptors.data(), O_CLOEXEC | O_NONBLOCK | mode), "pipe2");
    const UniqueFd readEnd(descriptors[0]);
    const UniqueFd writeEnd(descriptors[1]);
    const std::uint64_t overhead = framingOverhead(framing);
    const std::vector<std::byte> frame(overhead + messageSize);
    // Small messages fill every page alike; the default capacity tells enough and is filled sooner.
    if (frame.size() > PIPE_BUF)
        ::fcntl(writeEnd.get(), F_SETPIPE_SZ, static_cast<unsigned>(capacity));
    const std::uint64_t size = capacityOf(writeEnd);
    std::uint64_t messages = 0;
    while (::write(writeEnd.get(), frame.data(), frame.size()) == static_cast<ssize_t>(frame.size()))
        ++messages;
    return {capacity, CapacityUnit::Bytes, messages == 0 ? overhead : size / messages - messageSize,
            readAheadOf(framing, messageSize), "F_GETPIPE_SZ"};
}

EffectiveSetting pipeCapacitySetting(const Options& options, std::uint64_t capacity)
{
    return {"capacity", "Capacity", formatSize(options.size("capacity")), formatSize(capacity)};
}

Sharing pipeSharing(Framing framing)
{
    return {anyNumber,
            1,
            {PIPE_BUF - framingOverhead(framing), "what several processes write at once may interleave if it "
                                                  "is more than PIPE_BUF, 4 KiB with whatever frames it"}};
}

} // namespace ipclab
