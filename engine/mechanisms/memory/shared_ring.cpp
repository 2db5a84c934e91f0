#include "engine/mechanisms/memory/shared_ring.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace ipclab {

namespace {

constexpr std::size_t slotAlignment = 64;        ///< a cache line
constexpr std::size_t sizeThatSpreads = 1 << 10; ///< smaller ones begin in many sets anyway
constexpr std::size_t fewestSlots = 8;
/// Few enough not to leave the second cache, and enough for both sides not to wait for each other all the
/// time.
constexpr std::size_t comfortableBytes = 256 << 10;
constexpr std::size_t comfortableSlots = 32;
constexpr std::size_t bytesForComfort = 4 << 20; ///< that they may take at most
constexpr std::size_t mostSlots = 4096;

constexpr std::size_t roundUp(std::size_t value, std::size_t unit)
{
    return (value + unit - 1) / unit * unit;
}

/// What a place for a message of that size takes: of larger ones an odd number of cache lines. Places that
/// begin a multiple of 4 KiB apart would begin in the same few sets of the caches and push each other out.
constexpr std::size_t strideFor(std::size_t largestMessage)
{
    const std::size_t size = roundUp(largestMessage, slotAlignment);
    return size < sizeThatSpreads ? size : size | slotAlignment;
}

/// The other way round, of a place that takes at most so much.
constexpr std::size_t largestWithin(std::size_t stride)
{
    const std::size_t size = stride / slotAlignment * slotAlignment;
    return strideFor(size) <= size ? size : size - slotAlignment;
}

} // namespace

std::size_t RingGeometry::offsetOfSlots() const
{
    return sizeof(RingHeader) + roundUp(slots * sizeof(Length), lineSeparation);
}

RingGeometry ringGeometry(std::uint64_t askedSlots, std::size_t largestMessage)
{
    const std::size_t size = roundUp(largestMessage, slotAlignment);
    const std::size_t wanted =
        std::max(comfortableBytes / size, std::min(comfortableSlots, bytesForComfort / size));
    const std::size_t fitting = std::clamp(std::bit_floor(wanted), fewestSlots, mostSlots);
    return {askedSlots == 0 ? fitting : std::bit_ceil(askedSlots), strideFor(largestMessage)};
}

std::uint64_t roomToWaitFor(std::uint64_t slots)
{
    return std::clamp<std::uint64_t>(slots / 4, 1, 32);
}

MessageLimit placesLimit(const Places& places, const RegionBudget& budget)
{
    const std::size_t left = budget.bytes - std::min(budget.bytes, places.overhead);
    return {largestWithin(left / places.count),
            fmt::format("{} {} must fit into {}", places.count, places.word, budget.description)};
}

MessageLimit ringLimit(std::uint64_t askedSlots, const RegionBudget& budget)
{
    const std::size_t slots = askedSlots == 0 ? fewestSlots : std::bit_ceil(askedSlots);
    return placesLimit({.count = slots, .word = "slots", .overhead = RingGeometry{slots, 0}.bytes()}, budget);
}

OptionSpec slotsOption()
{
    return {
        .id = "slots",
        .label = "Slots",
        .help =
            "Messages the ring holds before a sender has to wait, rounded up to a power of two. By default "
            "32 of large ones, where 4 MiB hold them.",
        .kind = OptionKind::Count,
        .initial = "0",
        .least = 0,
        .most = 1 << 20,
        .zero = "about 256 KiB"};
}

EffectiveSetting slotsSetting(std::uint64_t askedSlots, const RingGeometry& geometry)
{
    return {"slots", "Slots", askedSlots == 0 ? "default" : std::to_string(askedSlots),
            std::to_string(geometry.slots)};
}

RingEndBells takeBells(Invitation& invitation, Waking waking)
{
    RingEndBells bells;
    if (usesBells(waking)) {
        bells.arrival = EventBell(takeFirst(invitation));
        bells.room = EventBell(takeFirst(invitation));
    }
    return bells;
}

std::optional<std::string> whyRingHasNoName(const Options& options, Wait wait)
{
    if (regionRequest(options, 1).kind == RegionKind::MemoryFile)
        return "a memory file has none; set mechanism_options.memory to posix, sysv or file";
    if (usesBells(wakingFor(options, wait)))
        return "the eventfd by which they wake each other has none; wake by futex, or spin";
    return std::nullopt;
}

} // namespace ipclab
