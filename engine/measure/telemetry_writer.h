#pragma once

#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/measure/telemetry_page.h"
#include "engine/measure/trace_log.h"

#include <algorithm>
#include <span>

namespace ipclab {

/// The worker's side of its page; one writer, the thread that made it. No system calls except where said.
class TelemetryWriter final {
public:
    /// Maps the inherited memory file, whose descriptor stays the caller's. Throws std::system_error, and
    /// FailureError when the page is of another version.
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

    void noteJoinBegan(Nanoseconds moment)
    {
        page().joinBegan.store(moment.count(), std::memory_order_relaxed);
    }
    void noteJoined(Nanoseconds moment) { page().joinedAt.store(moment.count(), std::memory_order_relaxed); }

    /// The measured window begins for the times: its first process times are taken. A few microseconds.
    void beginTimes();
    /// The measured window begins for the counts, before its first message is counted.
    void beginCounts();
    /// The last word on both.
    void end();

    // Hot path from here on: plain stores to a page that nobody else writes.

    void add(Counter counter, std::uint64_t by = 1) { increase(page(), counter, by); }
    /// One message of so many bytes.
    void countReceived(std::uint64_t bytes)
    {
        TelemetryPage& own = page();
        increase(own, Counter::Received, 1);
        increase(own, Counter::BytesReceived, bytes);
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
        block.time[left].store(block.time[left].load(std::memory_order_relaxed) + spent,
                               std::memory_order_relaxed);
        const auto entered = static_cast<std::uint32_t>(window);
        block.visits[entered].store(block.visits[entered].load(std::memory_order_relaxed) + 1,
                                    std::memory_order_relaxed);
        block.open.store(entered, std::memory_order_relaxed);
        block.since.store(moment.count(), std::memory_order_relaxed);
        block.version.store(version + 2, std::memory_order_release);
        noteBlock(static_cast<Window>(left), Nanoseconds(since), moment);
        if (m_trace != nullptr)
            traceWindow(static_cast<Window>(left), Nanoseconds(since), moment);
    }

private:
    TelemetryPage& page() { return *m_page; }
    static void increase(TelemetryPage& page, Counter counter, std::uint64_t by)
    {
        std::atomic<std::uint64_t>& value = page.counters[static_cast<std::size_t>(counter)];
        value.store(value.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
    }
    WindowTimes ownWindows(Nanoseconds moment) const;
    void goOn();

    /// A window was left, or is cut by the end of the measured one.
    void noteBlock(Window window, Nanoseconds since, Nanoseconds moment)
    {
        if (moment >= m_blocksFrom)
            recordBlock(page(), window, moment - std::max(since, m_blocksFrom));
    }

    void traceWindow(Window window, Nanoseconds since, Nanoseconds moment);

    Mapping m_mapping;
    TelemetryPage* m_page;
    TraceWriter* m_trace = nullptr;
    std::span<ClassBlock> m_classes;
    Nanoseconds m_blocksFrom = Nanoseconds::max(); ///< when the measured window began, while it lasts
};

} // namespace ipclab
