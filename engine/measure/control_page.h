#pragma once

#include "engine/base/clock.h"
#include "engine/base/mapping.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace ipclab {

enum class StopRequest : std::uint32_t { None, EndWindow, LeaveNow };

/// Where the messages that are too small for a header leave their times: one slot per message, reused in turn.
struct SideNote {
    std::atomic<std::uint64_t> sequencePlusOne;
    std::atomic<std::int64_t> intended;
    std::atomic<std::int64_t> sent;
};

/// What the supervisor tells one worker alone. Zero: nothing.
struct WorkerOrders {
    std::atomic<std::int64_t> extraWork;  ///< nanoseconds, for each message that it receives
    std::atomic<std::uint32_t> closeEnds; ///< 1 = close your ends of the channels and live on
};

/// One page of memory that all workers of a run share with their supervisor, who alone writes the first part. All zero bytes
/// are a valid new page; the notes cost memory only when small messages use them.
struct ControlPage {
    static constexpr std::size_t noteCount = std::size_t{1} << 18;
    static constexpr std::size_t mostWorkers = 256;

    std::atomic<std::int64_t> startAt;        ///< nanoseconds of CLOCK_MONOTONIC; 0 = not yet
    std::atomic<std::uint32_t> go;            ///< futex: 1 once startAt is set
    std::atomic<std::uint32_t> stop;          ///< StopRequest
    std::atomic<std::uint32_t> sendersGone;   ///< senders that ended without a farewell
    std::atomic<std::uint32_t> receiversGone;

    alignas(64) std::array<WorkerOrders, mostWorkers> orders; ///< by the worker's number in the run

    // Written by the sender of bare messages.
    alignas(64) std::atomic<std::uint64_t> firstMeasuredPlusOne; ///< sequence; 0 = none yet
    std::atomic<std::uint64_t> farewellPlusOne;
    alignas(64) std::array<SideNote, noteCount> notes;

    SideNote& noteOf(std::uint64_t sequence) { return notes[sequence % noteCount]; }
};

/// A new control page as a memory file for workers to inherit. Throws std::system_error.
UniqueFd createControlPage();

} // namespace ipclab
