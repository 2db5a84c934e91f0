#pragma once

#include "engine/base/clock.h"
#include "engine/measure/histogram.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ipclab {

/// The states that together are the wall time of a worker. Stopped is by SIGSTOP, but for the time in which
/// it would have been waiting anyway.
enum class WorkerState { Running, Ready, BlockedSending, BlockedReceiving, Pacing, Sleeping, Stopped };
inline constexpr std::size_t workerStateCount = 7;

std::string_view word(WorkerState state);       ///< "blocked sending"
std::string_view identifier(WorkerState state); ///< "blocked_sending"

/// Time in each state, in the order of WorkerState.
struct TimeSplit {
    std::array<Nanoseconds, workerStateCount> time{};

    Nanoseconds operator[](WorkerState state) const { return time[static_cast<std::size_t>(state)]; }
    Nanoseconds& operator[](WorkerState state) { return time[static_cast<std::size_t>(state)]; }
    Nanoseconds total() const;
    bool operator==(const TimeSplit&) const = default;
};

/// What came of two processes changing shared memory at once, because nobody held a lock: the causes, where
/// IntegrityCounts says what became of the messages. A torn or stale record is not handed to the receiver.
struct RaceCounts {
    std::uint64_t tornRecords = 0; ///< slots whose head and tail are not of the same message
    std::uint64_t lostUpdates = 0; ///< changes of the shared count that somebody else's overwrote
    std::uint64_t staleReads = 0;  ///< slots read again, or before they were written

    std::uint64_t total() const { return tornRecords + lostUpdates + staleReads; }
    bool operator==(const RaceCounts&) const = default;
};

/// What became of the records of several writers on one byte stream that marks nothing: POSIX promises that a
/// write of up to PIPE_BUF bytes stays in one piece, and of a larger one it promises nothing. Whoever did not
/// stamp every piece would read garbage from the first torn record on.
struct InterleavingCounts {
    std::uint64_t tornRecords = 0;   ///< received with pieces of other writers inside
    std::uint64_t foreignPieces = 0; ///< how many pieces that were

    bool operator==(const InterleavingCounts&) const = default;
};

/// What one worker did between two samples.
struct WorkerPoint {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t wouldBlock = 0;
    TimeSplit time;
    Nanoseconds cpu{};
    bool busyWaiting = false; ///< it waited without sleeping
};

/// What became of one class of messages between two samples.
struct ClassPoint {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t overtaking = 0; ///< received before a message that was sent earlier
    std::uint64_t overtaken = 0;  ///< received after a message that was sent later
    LatencySummary response = {};
};

/// How long the waits lasted that ended between two samples, of all workers together; of the measured window
/// only.
struct BlockPoint {
    LatencySummary sending;
    LatencySummary receiving;
    Nanoseconds openSending{}; ///< how long the longest lasts so far that has not ended yet; 0 = none
    Nanoseconds openReceiving{};
};

/// What the run did between two samples. Counts are of this interval, not totals.
struct SeriesPoint {
    Nanoseconds at{}; ///< end of the interval, since the start of the load
    Nanoseconds length{};
    bool warmUp = false; ///< not part of the measured window
    double offered = 0;  ///< messages that were due
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t bytesReceived = 0;
    /// Received, with what the warm-up sent and the measured window got: what a rate is made of.
    double arrived = 0;
    LatencySummary response = {};
    LatencySummary service = {};
    BlockPoint blocks = {};
    std::uint64_t fillMessages = 0; ///< sent − received − lost at the end of the interval
    std::uint64_t fillBytes = 0;    ///< the same with what the mechanism adds to each message
    RaceCounts races = {};
    InterleavingCounts interleaving = {};
    std::vector<WorkerPoint> workers = {}; ///< in the order of RunResult::workers
    std::vector<ClassPoint> classes = {}; ///< in the order of RunResult::classes; of the measured window only

    double seconds() const { return std::chrono::duration<double>(length).count(); }
    double sentPerSecond() const { return seconds() > 0 ? static_cast<double>(sent) / seconds() : 0; }
    double receivedPerSecond() const { return seconds() > 0 ? arrived / seconds() : 0; }
    double offeredPerSecond() const { return seconds() > 0 ? offered / seconds() : 0; }
};

using Series = std::vector<SeriesPoint>;

} // namespace ipclab
