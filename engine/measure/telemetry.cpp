#include "engine/measure/telemetry_page.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstring>

namespace ipclab {

namespace {

constexpr int retriesOfTheStateBlock = 64;

std::size_t sizeOfFile(int descriptor)
{
    struct stat status {};
    check(::fstat(descriptor, &status), "fstat");
    return static_cast<std::size_t>(status.st_size);
}

Nanoseconds toNanoseconds(const timeval& time)
{
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

WindowTimes copyWindows(const WindowBlock& block)
{
    WindowTimes copy;
    copy.open = static_cast<Window>(block.open.load(std::memory_order_relaxed) % windowCount);
    copy.since = Nanoseconds(block.since.load(std::memory_order_relaxed));
    for (std::size_t window = 0; window < windowCount; ++window) {
        copy.time[window] = Nanoseconds(block.time[window].load(std::memory_order_relaxed));
        copy.visits[window] = block.visits[window].load(std::memory_order_relaxed);
    }
    return copy;
}

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

CounterValues readCounters(const TelemetryPage& page)
{
    CounterValues copy;
    for (std::size_t counter = 0; counter < counterCount; ++counter)
        copy.values[counter] = page.counters[counter].load(std::memory_order_relaxed);
    return copy;
}

SizeCounts readReads(const TelemetryPage& page)
{
    SizeCounts copy;
    for (std::size_t bucket = 0; bucket < copy.counts.size(); ++bucket)
        copy.counts[bucket] = page.reads[bucket].load(std::memory_order_relaxed);
    return copy;
}

LatencyCounts countsAtBegin(const std::array<std::uint32_t, latency_grid::bucketCount>& counts, std::uint64_t sum)
{
    LatencyCounts copy;
    if (sum == 0 && counts.front() == 0)
        return copy;
    copy.counts.assign(counts.begin(), counts.end());
    for (const std::uint32_t count : counts)
        copy.total += count;
    copy.sum = sum;
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

WindowTimes windowsOf(const std::array<std::int64_t, windowCount>& time, const std::array<std::uint64_t, windowCount>& visits)
{
    WindowTimes windows;
    for (std::size_t window = 0; window < windowCount; ++window)
        windows.time[window] = Nanoseconds(time[window]);
    windows.visits = visits;
    return windows;
}

/// Of processes one after the other, at the moment of the second.
ProcessTimes sum(const ProcessTimes& before, ProcessTimes times)
{
    times.cpu += before.cpu;
    times.user += before.user;
    times.system += before.system;
    times.readyWait += before.readyWait;
    times.voluntarySwitches += before.voluntarySwitches;
    times.involuntarySwitches += before.involuntarySwitches;
    return times;
}

void keep(const LatencyCounts& counts, std::array<std::uint32_t, latency_grid::bucketCount>& page, std::uint64_t& sum)
{
    std::copy(counts.counts.begin(), counts.counts.end(), page.begin());
    sum = counts.sum;
}

} // namespace

WindowTimes WindowTimes::until(Nanoseconds moment) const
{
    WindowTimes closed = *this;
    if (since == Nanoseconds::zero())
        return closed; // no window has been entered yet
    closed.time[static_cast<std::size_t>(open)] += moment - since;
    closed.since = moment;
    return closed;
}

CounterValues CounterValues::since(const CounterValues& earlier) const
{
    CounterValues difference;
    for (std::size_t counter = 0; counter < counterCount; ++counter)
        difference.values[counter] = values[counter] - earlier.values[counter];
    return difference;
}

BlockTimes blocksUntil(Nanoseconds moment, const Telemetry& telemetry, const MeasuredWindow& window)
{
    BlockTimes blocks = telemetry.blocks;
    if (!window.timesBegun || window.ended)
        return blocks;
    const Nanoseconds length = moment - std::max(telemetry.windows.since, window.begin.at);
    if (telemetry.windows.open == Window::WaitingToSend)
        blocks.sending.record(length);
    if (telemetry.windows.open == Window::WaitingToReceive)
        blocks.receiving.record(length);
    return blocks;
}

std::size_t telemetryPageSize(std::size_t classes)
{
    return sizeof(TelemetryPage) + (classes == 0 ? 0 : sizeof(ClassTable) + classes * sizeof(ClassBlock));
}

ProcessTimes ownProcessTimes()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    timespec cpu{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    long long running = 0;
    long long ready = 0;
    std::sscanf(readSmallFile("/proc/self/schedstat").c_str(), "%lld %lld", &running, &ready);
    return {.at = now(),
            .cpu = std::chrono::seconds(cpu.tv_sec) + Nanoseconds(cpu.tv_nsec),
            .user = toNanoseconds(usage.ru_utime),
            .system = toNanoseconds(usage.ru_stime),
            .readyWait = Nanoseconds(ready),
            .voluntarySwitches = static_cast<std::uint64_t>(usage.ru_nvcsw),
            .involuntarySwitches = static_cast<std::uint64_t>(usage.ru_nivcsw)};
}

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
    const Nanoseconds since = std::max(Nanoseconds(block.since.load()), page.begin.at);
    if (page.timesBegun.load() != 0 && page.ended.load() == 0 && windows.open == Window::WaitingToSend)
        page.blocksSending.record(static_cast<std::uint64_t>(std::max<std::int64_t>((used.at - since).count(), 0)));
    if (page.timesBegun.load() != 0 && page.ended.load() == 0 && windows.open == Window::WaitingToReceive)
        page.blocksReceiving.record(static_cast<std::uint64_t>(std::max<std::int64_t>((used.at - since).count(), 0)));
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
        window.responseAtBegin = countsAtBegin(page.responseAtBegin, page.sumsAtBegin[0]);
        window.serviceAtBegin = countsAtBegin(page.serviceAtBegin, page.sumsAtBegin[1]);
        window.latenessAtBegin = countsAtBegin(page.latenessAtBegin, page.sumsAtBegin[2]);
        window.hopAtBegin = countsAtBegin(page.hopAtBegin, page.sumsAtBegin[3]);
        window.connectingAtBegin = countsAtBegin(page.connectingAtBegin, page.sumsAtBegin[4]);
    }
    if (window.ended) {
        window.end = page.end;
        window.windowsAtEnd = windowsOf(page.timeAtEnd, page.visitsAtEnd);
    }
    return window;
}

TelemetryWriter::TelemetryWriter(int descriptor)
    : m_mapping(descriptor, sizeOfFile(descriptor), Access::ReadWrite), m_page(m_mapping.as<TelemetryPage>())
{
    if (m_page->magic.load() != TelemetryPage::magicNumber)
        throw FailureError({.tried = "open the telemetry page",
                            .reason = "the supervisor and the worker are of different versions",
                            .hint = "Build or install both programs anew"});
    m_classes = classTableOf(page()).blocks(page().classCount);
    m_mapping.faultIn();
    page().latencyEvery.store(1);
    if (page().restarts == 0)
        page().windows.since.store(now().count());
    else
        goOn();
}

/// Where the one before stopped: from its end until now nobody waited for anything.
void TelemetryWriter::goOn()
{
    enter(Window::Working);
    if (timesHaveBegun() && page().ended.load(std::memory_order_relaxed) == 0)
        m_blocksFrom = page().begin.at;
}

CounterValues TelemetryWriter::counters() const
{
    return readCounters(*m_page);
}

void TelemetryWriter::setPhase(WorkerPhase phase)
{
    page().phase.store(static_cast<std::uint32_t>(phase), std::memory_order_release);
}

void TelemetryWriter::setFailure(const Failure& failure)
{
    std::snprintf(page().failure.data(), page().failure.size(), "%s", failure.sentence().c_str());
    if (failure.error != 0)
        countError(failure.error);
    setPhase(WorkerPhase::Failed);
}

WindowTimes TelemetryWriter::ownWindows(Nanoseconds moment) const
{
    return copyWindows(m_page->windows).until(moment);
}

void TelemetryWriter::beginTimes()
{
    page().begin = sum(page().usedBefore, ownProcessTimes());
    const WindowTimes windows = ownWindows(page().begin.at);
    for (std::size_t window = 0; window < windowCount; ++window)
        page().timeAtBegin[window] = windows.time[window].count();
    page().visitsAtBegin = windows.visits;
    m_blocksFrom = page().begin.at;
    page().timesBegun.store(1, std::memory_order_release);
}

void TelemetryWriter::beginCounts()
{
    page().countersAtBegin = readCounters(page());
    page().readsAtBegin = readReads(page());
    keep(page().response.copy(), page().responseAtBegin, page().sumsAtBegin[0]);
    keep(page().service.copy(), page().serviceAtBegin, page().sumsAtBegin[1]);
    keep(page().lateness.copy(), page().latenessAtBegin, page().sumsAtBegin[2]);
    keep(page().hop.copy(), page().hopAtBegin, page().sumsAtBegin[3]);
    keep(page().connecting.copy(), page().connectingAtBegin, page().sumsAtBegin[4]);
    page().response.forgetExtremes();
    page().service.forgetExtremes();
    page().lateness.forgetExtremes();
    page().hop.forgetExtremes();
    page().connecting.forgetExtremes();
    page().countsBegun.store(1, std::memory_order_release);
}

void TelemetryWriter::end()
{
    page().end = sum(page().usedBefore, ownProcessTimes());
    const WindowTimes windows = ownWindows(page().end.at);
    for (std::size_t window = 0; window < windowCount; ++window)
        page().timeAtEnd[window] = windows.time[window].count();
    page().visitsAtEnd = windows.visits;
    noteBlock(windows.open, Nanoseconds(page().windows.since.load(std::memory_order_relaxed)), page().end.at);
    m_blocksFrom = Nanoseconds::max();
    page().ended.store(1, std::memory_order_release);
}

void TelemetryWriter::traceWindow(Window window, Nanoseconds since, Nanoseconds moment)
{
    switch (window) {
    case Window::Working:
        return;
    case Window::WaitingToSend:
        return m_trace->record({since, moment, 0, 0, TraceKind::BlockedSending});
    case Window::WaitingToReceive:
        return m_trace->record({since, moment, 0, 0, TraceKind::BlockedReceiving});
    case Window::Pacing:
        return m_trace->record({since, moment, 0, 0, TraceKind::Pacing});
    case Window::Sleeping:
        return m_trace->record({since, moment, 0, 0, TraceKind::Sleeping});
    }
}

void TelemetryWriter::setReads(const SizeCounts& reads)
{
    for (std::size_t bucket = 0; bucket < reads.counts.size(); ++bucket)
        page().reads[bucket].store(reads.counts[bucket], std::memory_order_relaxed);
}

void TelemetryWriter::countError(int number)
{
    for (ErrorCount& error : page().errors) {
        const int known = error.number.load(std::memory_order_relaxed);
        if (known != 0 && known != number)
            continue;
        error.count.store(error.count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        error.number.store(number, std::memory_order_relaxed);
        return;
    }
}

} // namespace ipclab
