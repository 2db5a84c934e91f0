#include "engine/measure/telemetry_reader.h"

#include "engine/measure/telemetry_page.h"

#include <algorithm>
#include <cstring>

namespace ipclab {

namespace {

constexpr int retriesOfTheStateBlock = 64;

WindowTimes readWindows(const WindowBlock& block)
{
    for (int attempt = 0; attempt < retriesOfTheStateBlock; ++attempt) {
        const std::uint32_t before = block.version.load(std::memory_order_acquire);
        WindowTimes copy = copyWindows(block);
        std::atomic_thread_fence(std::memory_order_acquire);
        if (before % 2 == 0 && block.version.load(std::memory_order_relaxed) == before)
            return copy;
    }
    WindowTimes copy = copyWindows(block);
    copy.torn = true;
    return copy;
}

LatencyCounts countsAtBegin(const HistogramAtBegin& kept)
{
    LatencyCounts copy;
    if (kept.sum == 0 && kept.counts.front() == 0)
        return copy;
    copy.counts.assign(kept.counts.begin(), kept.counts.end());
    for (const std::uint32_t count : kept.counts)
        copy.total += count;
    copy.sum = kept.sum;
    return copy;
}

std::vector<ClassCounts> copyClasses(TelemetryPage& page)
{
    std::vector<ClassCounts> copies;
    for (const ClassBlock& block : classTableOf(page).blocks(page.classCount))
        copies.push_back({.sent = block.sent.load(std::memory_order_relaxed),
                          .received = block.received.load(std::memory_order_relaxed),
                          .overtaking = block.overtaking.load(std::memory_order_relaxed),
                          .overtaken = block.overtaken.load(std::memory_order_relaxed),
                          .response = block.response.copy(),
                          .service = block.service.copy()});
    return copies;
}

WindowTimes windowsOf(const std::array<std::int64_t, windowCount>& time,
                      const std::array<std::uint64_t, windowCount>& visits)
{
    WindowTimes windows;
    for (std::size_t window = 0; window < windowCount; ++window)
        windows.time[window] = Nanoseconds(time[window]);
    windows.visits = visits;
    return windows;
}

} // namespace

TelemetryReader::TelemetryReader(const std::string& role, std::size_t classes)
    : m_file(createMemoryFile(("ipclab telemetry of " + role).c_str(), telemetryPageSize(classes))),
      m_mapping(m_file.get(), telemetryPageSize(classes), Access::ReadWrite)
{
    m_mapping.as<TelemetryPage>()->classCount = classes;
    m_mapping.as<TelemetryPage>()->magic.store(TelemetryPage::magicNumber);
}

WorkerPhase TelemetryReader::phase() const
{
    return static_cast<WorkerPhase>(m_mapping.as<TelemetryPage>()->phase.load(std::memory_order_acquire));
}

CounterValues TelemetryReader::counters() const
{
    return readCounters(*m_mapping.as<TelemetryPage>());
}

WindowTimes TelemetryReader::windows() const
{
    return readWindows(m_mapping.as<TelemetryPage>()->windows);
}

std::map<int, std::uint64_t> TelemetryReader::errors() const
{
    std::map<int, std::uint64_t> copy;
    for (const ErrorCount& error : m_mapping.as<TelemetryPage>()->errors)
        if (const int number = error.number.load(std::memory_order_relaxed); number != 0)
            copy[number] = error.count.load(std::memory_order_relaxed);
    return copy;
}

Telemetry TelemetryReader::read() const
{
    TelemetryPage& page = *m_mapping.as<TelemetryPage>();
    Telemetry copy;
    copy.phase = phase();
    copy.windows = readWindows(page.windows);
    copy.counters = readCounters(page);
    copy.latencyEvery = page.latencyEvery.load(std::memory_order_relaxed);
    copy.response = page.response.copy();
    copy.service = page.service.copy();
    copy.lateness = page.lateness.copy();
    copy.hop = page.hop.copy();
    copy.connecting = page.connecting.copy();
    copy.blocks = {page.blocksSending.copy(), page.blocksReceiving.copy()};
    copy.classes = copyClasses(page);
    copy.reads = readReads(page);
    copy.joinBegan = Nanoseconds(page.joinBegan.load(std::memory_order_relaxed));
    copy.joinedAt = Nanoseconds(page.joinedAt.load(std::memory_order_relaxed));
    copy.errors = errors();
    if (copy.phase == WorkerPhase::Failed)
        copy.failure.assign(page.failure.data(), ::strnlen(page.failure.data(), page.failure.size()));
    return copy;
}

void TelemetryReader::handOver(const ProcessTimes& used)
{
    TelemetryPage& page = *m_mapping.as<TelemetryPage>();
    WindowBlock& block = page.windows;
    const WindowTimes windows = copyWindows(block).until(used.at);
    if (page.timesBegun.load() != 0 && page.ended.load() == 0)
        recordBlock(page, windows.open, used.at - std::max(Nanoseconds(block.since.load()), page.begin.at));
    for (std::size_t window = 0; window < windowCount; ++window)
        block.time[window].store(windows.time[window].count());
    block.since.store(used.at.count());
    block.open.store(static_cast<std::uint32_t>(Window::Working));
    block.version.store((block.version.load() | 1U) + 1); // it may have died in the middle of a change
    page.usedBefore = used;
    ++page.restarts;
    page.phase.store(static_cast<std::uint32_t>(WorkerPhase::Starting), std::memory_order_release);
}

std::vector<Delivery> TelemetryReader::deliveries() const
{
    TelemetryPage& page = *m_mapping.as<TelemetryPage>();
    return page.classCount == 0 ? std::vector<Delivery>() : classTableOf(page).order.copy();
}

MeasuredWindow TelemetryReader::measuredWindow() const
{
    const TelemetryPage& page = *m_mapping.as<TelemetryPage>();
    MeasuredWindow window;
    window.countsBegun = page.countsBegun.load(std::memory_order_acquire) != 0;
    window.timesBegun = page.timesBegun.load(std::memory_order_acquire) != 0;
    window.ended = page.ended.load(std::memory_order_acquire) != 0;
    window.lastReceived = Nanoseconds(page.lastReceived.load(std::memory_order_relaxed));
    if (window.timesBegun) {
        window.begin = page.begin;
        window.windowsAtBegin = windowsOf(page.timeAtBegin, page.visitsAtBegin);
    }
    if (window.countsBegun) {
        window.countersAtBegin = page.countersAtBegin;
        window.readsAtBegin = page.readsAtBegin;
        window.responseAtBegin = countsAtBegin(page.responseAtBegin);
        window.serviceAtBegin = countsAtBegin(page.serviceAtBegin);
        window.latenessAtBegin = countsAtBegin(page.latenessAtBegin);
        window.hopAtBegin = countsAtBegin(page.hopAtBegin);
        window.connectingAtBegin = countsAtBegin(page.connectingAtBegin);
    }
    if (window.ended) {
        window.end = page.end;
        window.windowsAtEnd = windowsOf(page.timeAtEnd, page.visitsAtEnd);
    }
    return window;
}

} // namespace ipclab
