#include "engine/measure/telemetry.h"

#include "engine/base/mapping.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

namespace ipclab {

namespace {

Nanoseconds toNanoseconds(const timeval& time)
{
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
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

} // namespace ipclab
