#include "engine/measure/telemetry_page.h"

namespace ipclab {

std::size_t telemetryPageSize(std::size_t classes)
{
    return sizeof(TelemetryPage) + (classes == 0 ? 0 : sizeof(ClassTable) + classes * sizeof(ClassBlock));
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

} // namespace ipclab
