#pragma once

#include "engine/measure/telemetry.h"
#include "engine/measure/trace_log.h"

#include <algorithm>
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

/// The page as it lies in shared memory. All zero bytes are a valid new page.
struct TelemetryPage {
    static constexpr std::uint64_t magicNumber = 0x3270'6761'6c63'7069; // "ipclagp2"
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
    std::array<std::atomic<std::uint64_t>, size_grid::bucketCount> reads;

    // Written once each; the flag last.
    std::atomic<std::uint32_t> countsBegun;
    std::atomic<std::uint32_t> timesBegun;
    std::atomic<std::uint32_t> ended;
    CounterValues countersAtBegin;
    SizeCounts readsAtBegin;
    std::array<std::uint32_t, latency_grid::bucketCount> responseAtBegin;
    std::array<std::uint32_t, latency_grid::bucketCount> serviceAtBegin;
    std::array<std::uint32_t, latency_grid::bucketCount> latenessAtBegin;
    std::array<std::uint32_t, latency_grid::bucketCount> hopAtBegin;
    std::array<std::uint32_t, latency_grid::bucketCount> connectingAtBegin;
    std::array<std::uint64_t, 5> sumsAtBegin;
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

/// The worker's side of its page. Maps the inherited memory file; one writer, the thread that made it.
class TelemetryWriter final {
public:
    explicit TelemetryWriter(int descriptor);

    void setPhase(WorkerPhase phase);
    void setFailure(const Failure& failure);
    void setLatencyEvery(std::uint64_t every) { page().latencyEvery.store(every, std::memory_order_relaxed); }

    // Of a worker that goes on with the page of one that died: what that has left.

    CounterValues counters() const;
    bool timesHaveBegun() const { return m_page->timesBegun.load(std::memory_order_relaxed) != 0; }
    bool countsHaveBegun() const { return m_page->countsBegun.load(std::memory_order_relaxed) != 0; }

    /// From now on every window that is left is told to the trace as well.
    void setTrace(TraceWriter& trace) { m_trace = &trace; }

    void noteJoinBegan(Nanoseconds moment) { page().joinBegan.store(moment.count(), std::memory_order_relaxed); }
    void noteJoined(Nanoseconds moment) { page().joinedAt.store(moment.count(), std::memory_order_relaxed); }

    /// The measured window begins for the times: its first process times are taken. A few microseconds.
    void beginTimes();
    /// The measured window begins for the counts, before its first message is counted.
    void beginCounts();
    /// The last word on both.
    void end();

    // Hot path from here on: plain stores to a page that nobody else writes.

    void add(Counter counter, std::uint64_t by = 1)
    {
        std::atomic<std::uint64_t>& value = page().counters[static_cast<std::size_t>(counter)];
        value.store(value.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
    }
    void subtract(Counter counter)
    {
        std::atomic<std::uint64_t>& value = page().counters[static_cast<std::size_t>(counter)];
        value.store(value.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
    }
    void set(Counter counter, std::uint64_t to)
    {
        page().counters[static_cast<std::size_t>(counter)].store(to, std::memory_order_relaxed);
    }
    void setReads(const SizeCounts& reads);
    void countError(int number);
    void setLastReceived(Nanoseconds moment)
    {
        page().lastReceived.store(moment.count(), std::memory_order_relaxed);
    }

    SharedHistogram& response() { return page().response; }
    SharedHistogram& service() { return page().service; }
    SharedHistogram& lateness() { return page().lateness; }
    SharedHistogram& hop() { return page().hop; }
    SharedHistogram& connecting() { return page().connecting; }

    // Only where there are classes.
    ClassBlock& classBlock(unsigned messageClass) { return m_classes[messageClass]; }
    DeliveryOrder& deliveryOrder() { return classTableOf(page()).order; }

    Window openWindow() const
    {
        return static_cast<Window>(m_page->windows.open.load(std::memory_order_relaxed));
    }
    /// The worker enters a window now, or at a moment it has just read from the clock.
    void enter(Window window) { enter(window, now()); }
    void enter(Window window, Nanoseconds moment)
    {
        WindowBlock& block = page().windows;
        const std::uint32_t version = block.version.load(std::memory_order_relaxed);
        block.version.store(version + 1, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release);
        const std::uint32_t left = block.open.load(std::memory_order_relaxed);
        const std::int64_t since = block.since.load(std::memory_order_relaxed);
        const std::int64_t spent = moment.count() - since;
        block.time[left].store(block.time[left].load(std::memory_order_relaxed) + spent, std::memory_order_relaxed);
        const auto entered = static_cast<std::uint32_t>(window);
        block.visits[entered].store(block.visits[entered].load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        block.open.store(entered, std::memory_order_relaxed);
        block.since.store(moment.count(), std::memory_order_relaxed);
        block.version.store(version + 2, std::memory_order_release);
        noteBlock(static_cast<Window>(left), Nanoseconds(since), moment);
        if (m_trace != nullptr)
            traceWindow(static_cast<Window>(left), Nanoseconds(since), moment);
    }

private:
    TelemetryPage& page() { return *m_page; }
    WindowTimes ownWindows(Nanoseconds moment) const;
    void goOn();

    /// A window was left, or is cut by the end of the measured one: if it was a wait, this is how long it
    /// lasted.
    void noteBlock(Window window, Nanoseconds since, Nanoseconds moment)
    {
        if (moment < m_blocksFrom || (window != Window::WaitingToSend && window != Window::WaitingToReceive))
            return;
        const Nanoseconds length = moment - std::max(since, m_blocksFrom);
        SharedHistogram& blocks =
            window == Window::WaitingToSend ? page().blocksSending : page().blocksReceiving;
        blocks.record(static_cast<std::uint64_t>(std::max<std::int64_t>(length.count(), 0)));
    }

    void traceWindow(Window window, Nanoseconds since, Nanoseconds moment);

    Mapping m_mapping;
    TelemetryPage* m_page;
    TraceWriter* m_trace = nullptr;
    std::span<ClassBlock> m_classes;
    Nanoseconds m_blocksFrom = Nanoseconds::max(); ///< when the measured window began, while it lasts
};

} // namespace ipclab
