#include "engine/measure/telemetry_writer.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>

namespace ipclab {

namespace {

std::size_t sizeOfFile(int descriptor)
{
    struct stat status {};
    check(::fstat(descriptor, &status), "fstat");
    return static_cast<std::size_t>(status.st_size);
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

void keep(const LatencyCounts& counts, HistogramAtBegin& kept)
{
    std::copy(counts.counts.begin(), counts.counts.end(), kept.counts.begin());
    kept.sum = counts.sum;
}

void keep(const WindowTimes& windows, std::array<std::int64_t, windowCount>& time,
          std::array<std::uint64_t, windowCount>& visits)
{
    for (std::size_t window = 0; window < windowCount; ++window)
        time[window] = windows.time[window].count();
    visits = windows.visits;
}

} // namespace

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
    keep(ownWindows(page().begin.at), page().timeAtBegin, page().visitsAtBegin);
    m_blocksFrom = page().begin.at;
    page().timesBegun.store(1, std::memory_order_release);
}

void TelemetryWriter::beginCounts()
{
    page().countersAtBegin = readCounters(page());
    page().readsAtBegin = readReads(page());
    keep(page().response.copy(), page().responseAtBegin);
    keep(page().service.copy(), page().serviceAtBegin);
    keep(page().lateness.copy(), page().latenessAtBegin);
    keep(page().hop.copy(), page().hopAtBegin);
    keep(page().connecting.copy(), page().connectingAtBegin);
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
    keep(windows, page().timeAtEnd, page().visitsAtEnd);
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
