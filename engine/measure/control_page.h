#pragma once

#include "engine/base/clock.h"
#include "engine/base/mapping.h"
#include "engine/base/steered_rate.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace ipclab {

enum class StopRequest : std::uint32_t { None, EndWindow, LeaveNow };

/// Where the messages that are too small for a header leave their times, and relays the time at which they
/// pass a message on: one slot per message, reused in turn.
struct SideNote {
    std::atomic<std::uint64_t> sequencePlusOne;
    std::atomic<std::int64_t> intended;
    std::atomic<std::int64_t> sent;
    std::atomic<std::int64_t> passedOn; ///< by the relay before this channel; 0 = it comes from its sender
};

/// What a worker is to do with the locks of its channels, beside its work.
enum class LockOrder : std::uint32_t {
    None,
    Hold,    ///< take the first one and keep it until the order is taken back
    TakeBoth ///< take that of the channel it sends into and, while it has it, that of the other; then give
             ///< back both
};
/// How far it is with that.
enum class LockGrip : std::uint32_t { None, Wanted, One, AwaitsSecond, Both, HasGivenBack };

/// What the supervisor tells one worker alone. Zero: nothing.
struct WorkerOrders {
    std::atomic<std::int64_t> extraWork;  ///< nanoseconds, for each message that it receives
    std::atomic<std::uint32_t> closeEnds; ///< 1 = close your ends of the channels and live on
    std::atomic<LockOrder> locks;
    std::atomic<LockGrip> grip; ///< the worker's answer
};

/// What is said beside the channel about one *stream*: what one sender sends into one channel, numbered
/// through. Written by that sender, but for `takenUpTo`. The notes cost memory only where they are used.
struct StreamNotes {
    static constexpr std::size_t noteCount = std::size_t{1} << 18;

    alignas(64) std::atomic<std::uint64_t> firstMeasuredPlusOne; ///< sequence; 0 = none yet
    std::atomic<std::uint64_t> farewellPlusOne;
    /// Where receivers compete for the messages: one above the highest sequence that any of them has taken.
    alignas(64) std::atomic<std::uint64_t> takenUpTo;
    alignas(64) std::array<SideNote, noteCount> notes;

    SideNote& noteOf(std::uint64_t sequence) { return notes[sequence % noteCount]; }
};

/// Memory that all workers of a run share with their supervisor, who alone writes the page itself, but for
/// `sendersDone` and `grip`. The notes of the run's streams follow it. All zero bytes are a valid new page.
struct ControlPage {
    static constexpr std::size_t mostWorkers = 64; ///< as many as `goneWorkers` has bits

    alignas(64) std::atomic<std::int64_t> startAt; ///< nanoseconds of CLOCK_MONOTONIC; 0 = not yet
    std::atomic<std::uint32_t> go;                 ///< futex: 1 once startAt is set
    std::atomic<std::uint32_t> stop;               ///< StopRequest
    std::atomic<std::uint64_t> goneWorkers; ///< a bit for each worker that has ended, by its place in the run
    std::atomic<std::uint32_t> sendersDone; ///< of those that send into one channel with competing receivers

    alignas(64) SteeredRate rate; ///< of a load that the supervisor steers; since the start of the load
    alignas(64) std::array<WorkerOrders, mostWorkers> orders; ///< by the worker's place in the run

    StreamNotes& notesOf(unsigned stream) { return reinterpret_cast<StreamNotes*>(this + 1)[stream]; }
};

/// Bytes of the page with the notes of so many streams.
constexpr std::size_t controlPageSize(unsigned streams)
{
    return sizeof(ControlPage) + streams * sizeof(StreamNotes);
}

/// A new control page as a memory file for workers to inherit. Throws std::system_error.
UniqueFd createControlPage(unsigned streams);

} // namespace ipclab
