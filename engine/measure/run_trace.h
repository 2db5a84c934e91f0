#pragma once

#include "engine/base/clock.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

enum class TraceKind : std::uint16_t {
    Send,             ///< from the asking for room until the channel has the message
    Receive,          ///< from the asking for a message until it is there
    BlockedSending,   ///< a wait for room
    BlockedReceiving, ///< a wait for a message
    Pacing,           ///< a wait until the next message is due
    Sleeping,         ///< a receiver's sleep after a message, if it was told to
};
inline constexpr std::size_t traceKindCount = 6;

std::string_view word(TraceKind kind);       ///< "blocked sending"
std::string_view identifier(TraceKind kind); ///< "blocked_sending"
/// Whether events of this kind are about one message, which `stream` and `message` name.
constexpr bool isTransfer(TraceKind kind)
{
    return kind == TraceKind::Send || kind == TraceKind::Receive;
}

/// Which events stay when there are more than have room.
enum class TraceKeep : std::uint32_t { First, Last };
std::string_view word(TraceKeep keep);

/// One state that a worker was in, from the change into it to the change out of it. Plain memory: it lies in
/// the shared log.
struct TraceEvent {
    Nanoseconds begin{};
    Nanoseconds end{};
    std::uint64_t message = 0; ///< its number in its stream, from 0, warm-up included; of transfers only
    std::uint32_t stream = 0;  ///< what one sender sends into one channel
    TraceKind kind = TraceKind::Send;
    std::uint16_t isOpen = 0; ///< 1 = the worker ended in it: `end` is when that was noticed

    bool operator==(const TraceEvent&) const = default;
};
static_assert(sizeof(TraceEvent) == 32);

/// What was kept of one worker's changes of state in the measured window.
struct WorkerTrace {
    std::string role;
    int pid = 0;
    /// It sends on what it receives, under the same number: a relay, an answerer, a server.
    bool passesOn = false;
    std::uint64_t recorded = 0; ///< events in all, also those for which there was no room
    Nanoseconds costPerEvent{}; ///< what recording one takes, its readings of the clock included; measured at
                                ///< the start
    std::vector<TraceEvent> events; ///< in the order of their ends, since the start of the load

    std::uint64_t missing() const { return recorded > events.size() ? recorded - events.size() : 0; }
    bool operator==(const WorkerTrace&) const = default;
};

/// The trace of a run, in the order of RunResult::workers.
struct RunTrace {
    TraceKeep keep = TraceKeep::First;
    std::uint64_t room = 0; ///< events of each worker
    std::vector<WorkerTrace> workers;

    bool operator==(const RunTrace&) const = default;
};

/// "100,000 of 3,204,112 events kept, the first 23.4 ms; recording one takes about 61 ns": what a reader of
/// the trace of one worker must know of it.
std::string traceSentence(const WorkerTrace& trace, TraceKeep keep);

} // namespace ipclab
