#pragma once

#include "engine/measure/telemetry.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <span>

namespace ipclab {

/// A state block under a sequence lock: `version` is odd while it is being written.
struct WindowBlock {
    std::atomic<std::uint32_t> version;
    std::atomic<std::uint32_t> open;
    std::atomic<std::int64_t> since;
    std::array<std::atomic<std::int64_t>, windowCount> time;
    std::array<std::atomic<std::uint64_t>, windowCount> visits;
};

struct ErrorCount {
    std::atomic<std::int32_t> number;
    std::atomic<std::uint64_t> count;
};

/// What a histogram held when the measured window began.
struct HistogramAtBegin {
    std::array<std::uint32_t, LatencyGrid::bucketCount> counts;
    std::uint64_t sum;
};

/// A worker's telemetry page as it lies in shared memory: a sealed memory file that survives the worker, so
/// that what a killed one had done is never lost. One writer, no locks. All zero bytes are a valid new page.
struct TelemetryPage {
    static constexpr std::uint64_t magicNumber = 0x3370'6761'6c63'7069; // "ipclagp3"
    static constexpr std::size_t errorKinds = 16;
    static constexpr std::size_t failureLength = 1024;

    std::atomic<std::uint64_t> magic;
    std::atomic<std::uint32_t> phase;
    alignas(64) WindowBlock windows;
    alignas(64) std::array<std::atomic<std::uint64_t>, counterCount> counters;
    std::atomic<std::uint64_t> latencyEvery;
    std::atomic<std::int64_t> lastReceived;
    std::atomic<std::int64_t> joinBegan;
    std::atomic<std::int64_t> joinedAt;
    std::array<ErrorCount, errorKinds> errors;
    SharedHistogram response;
    SharedHistogram service;
    SharedHistogram lateness;
    SharedHistogram hop;
    SharedHistogram connecting;
    SharedHistogram blocksSending;   ///< empty until the measured window begins
    SharedHistogram blocksReceiving; ///< likewise
    std::array<std::atomic<std::uint64_t>, SizeGrid::bucketCount> reads;

    // Written once each; the flag last.
    std::atomic<std::uint32_t> countsBegun;
    std::atomic<std::uint32_t> timesBegun;
    std::atomic<std::uint32_t> ended;
    CounterValues countersAtBegin;
    SizeCounts readsAtBegin;
    HistogramAtBegin responseAtBegin;
    HistogramAtBegin serviceAtBegin;
    HistogramAtBegin latenessAtBegin;
    HistogramAtBegin hopAtBegin;
    HistogramAtBegin connectingAtBegin;
    std::array<std::int64_t, windowCount> timeAtBegin;
    std::array<std::uint64_t, windowCount> visitsAtBegin;
    std::array<std::int64_t, windowCount> timeAtEnd;
    std::array<std::uint64_t, windowCount> visitsAtEnd;
    ProcessTimes begin;
    ProcessTimes end;
    ProcessTimes usedBefore; ///< by the workers that had the page before and died; written by the supervisor
    std::uint32_t restarts;  ///< how many those are
    std::array<char, failureLength> failure;
    std::uint64_t classCount; ///< written by the supervisor, before there is a worker
};

/// Follows the page where there are classes; behind it a ClassBlock for each.
struct ClassTable {
    DeliveryOrder order;

    std::span<ClassBlock> blocks(std::size_t count)
    {
        return {reinterpret_cast<ClassBlock*>(this + 1), count};
    }
};

inline ClassTable& classTableOf(TelemetryPage& page)
{
    return *reinterpret_cast<ClassTable*>(&page + 1);
}

/// The bytes of a page with its classes of messages.
std::size_t telemetryPageSize(std::size_t classes);

/// A window was left, or is cut: if it was a wait, this is how long it lasted.
inline void recordBlock(TelemetryPage& page, Window window, Nanoseconds length)
{
    const auto lasted = static_cast<std::uint64_t>(std::max<std::int64_t>(length.count(), 0));
    if (window == Window::WaitingToSend)
        page.blocksSending.record(lasted);
    else if (window == Window::WaitingToReceive)
        page.blocksReceiving.record(lasted);
}

// Copies of what the page holds now. None of them blocks; while the worker writes, a copy may be of two
// moments.

WindowTimes copyWindows(const WindowBlock& block);
CounterValues readCounters(const TelemetryPage& page);
SizeCounts readReads(const TelemetryPage& page);

} // namespace ipclab
