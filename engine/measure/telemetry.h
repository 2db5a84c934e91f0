#pragma once

#include "engine/base/clock.h"
#include "engine/base/size_counts.h"
#include "engine/measure/class_page.h"
#include "engine/measure/histogram.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ipclab {

enum class WorkerPhase : std::uint32_t { Starting, Joined, WarmingUp, Measuring, Closed, Finished, Failed };

/// What a worker is doing as far as it knows itself. The kernel's part (asleep or waiting for a core) is
/// added by splitTime() in time_accounting.h.
enum class Window : std::uint32_t { Working, WaitingToSend, WaitingToReceive, Pacing, Sleeping };
inline constexpr std::size_t windowCount = 5;

/// Time and number of visits per window. A value.
struct WindowTimes {
    Window open = Window::Working;
    Nanoseconds since{}; ///< when the open one was entered
    std::array<Nanoseconds, windowCount> time{};
    std::array<std::uint64_t, windowCount> visits{};
    bool torn = false; ///< the writer died in the middle of an update; the times may miss its last change

    /// With the open window counted up to `moment`.
    WindowTimes until(Nanoseconds moment) const;
};

/// Monotone counts of what a worker did.
enum class Counter : std::size_t {
    Sent,
    Received,
    BytesReceived,
    WouldBlock,
    SystemCalls,
    PartialTransfers,
    Stamped,
    Lost,
    Repeated,
    Reordered,
    Corrupt,
    Truncated,
    TornRecords,
    LostUpdates,
    StaleReads,
    DroppedByKernel, ///< messages for which the receiving kernel said that it had no room
    // What the impairment layer has done to what this worker sent.
    ImpairedDropped,
    ImpairedRepeated,
    ImpairedDelayed,
    ImpairedReordered,
    // The acknowledgement layer.
    Retransmitted,
    RetransmissionTimeOuts,
    AcknowledgementsSent,
    RepeatsSuppressed,
    // Waits with a deadline, and pauses between attempts.
    TimeOuts,
    GivenUp,
    BackOffs,
    BackOffNanoseconds,
    InterleavedRecords, ///< received with pieces of other writers inside
    ForeignPieces,      ///< how many pieces that were
    Straggled, ///< received after the measured window of the counts had begun, but sent before: not in
               ///< Received
};
inline constexpr std::size_t counterCount = 31;

struct CounterValues {
    std::array<std::uint64_t, counterCount> values{};
    std::uint64_t operator[](Counter counter) const { return values[static_cast<std::size_t>(counter)]; }
    CounterValues since(const CounterValues& earlier) const;
};

/// What the kernel says a process has used, at one moment.
struct ProcessTimes {
    Nanoseconds at{};
    Nanoseconds cpu{};
    Nanoseconds user{};
    Nanoseconds system{};
    Nanoseconds readyWait{}; ///< runnable but waiting for a core (second field of /proc/PID/schedstat)
    std::uint64_t voluntarySwitches = 0;
    std::uint64_t involuntarySwitches = 0;
};

/// One copy of a telemetry page: a value.
struct Telemetry {
    WorkerPhase phase = WorkerPhase::Starting;
    WindowTimes windows;
    CounterValues counters;
    std::uint64_t latencyEvery = 1;
    LatencyCounts response;
    LatencyCounts service;
    LatencyCounts lateness;
    LatencyCounts connecting; ///< time to connect, where each request has a connection of its own
    LatencyCounts hop;        ///< from the relay or sender before this worker, where there are relays
    BlockTimes blocks;        ///< of the measured window only; without the wait that is still going on
    std::vector<ClassCounts> classes;    ///< of the measured window only; empty where messages are all alike
    SizeCounts reads;                    ///< bytes per read, where the receiver takes what is there
    Nanoseconds joinBegan{};             ///< when it turned to its ends, on the clock; 0 before that
    Nanoseconds joinedAt{};              ///< when it had taken them all
    std::map<int, std::uint64_t> errors; ///< count by errno
    std::string failure;                 ///< what a Failed worker had to say
};

/// What a worker's page held when its measured window began, and the process's times at both edges.
struct MeasuredWindow {
    bool countsBegun = false;
    bool timesBegun = false;
    bool ended = false;
    WindowTimes windowsAtBegin;
    CounterValues countersAtBegin;
    SizeCounts readsAtBegin;
    LatencyCounts responseAtBegin, serviceAtBegin, latenessAtBegin, hopAtBegin, connectingAtBegin;
    ProcessTimes begin;
    ProcessTimes end;
    WindowTimes windowsAtEnd;
    Nanoseconds lastReceived{}; ///< when the last measured message came, 0 if none
};

/// The waits of the measured window up to `moment`, the one that is still going on included.
BlockTimes blocksUntil(Nanoseconds moment, const Telemetry& telemetry, const MeasuredWindow& window);

/// The calling process's times: getrusage(2) and /proc/self/schedstat. Two to four system calls.
ProcessTimes ownProcessTimes();

} // namespace ipclab
