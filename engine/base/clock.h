#pragma once

#include <chrono>
#include <ctime>

namespace ipclab {

using Nanoseconds = std::chrono::nanoseconds;

/// Time since boot by CLOCK_MONOTONIC: the same clock in every process and on every core. About 22 ns, no
/// system call.
inline Nanoseconds now()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec);
}

/// For calls that take an absolute CLOCK_MONOTONIC or a relative time.
inline timespec toTimespec(Nanoseconds time)
{
    constexpr long nanosecondsPerSecond = 1'000'000'000;
    return {.tv_sec = time.count() / nanosecondsPerSecond, .tv_nsec = time.count() % nanosecondsPerSecond};
}

} // namespace ipclab
