#pragma once

#include "engine/base/clock.h"

#include <cstdint>
#include <string>

namespace ipclab {

// Measured figures as a person reads them: three digits and a unit. What a program reads is in JSON and CSV,
// exact.

/// "812 /s", "1.23 M/s"
std::string messageRateText(double perSecond);
/// "812 B/s", "1.23 MiB/s"
std::string byteRateText(double perSecond);
/// "812 ns", "12.3 us", "4.56 ms", "12.3 s", "2 min 5 s"
std::string durationText(Nanoseconds duration);
/// "1,234,567"
std::string countText(std::uint64_t count);
/// "95.1 %"; "-" where there is no whole.
std::string shareText(Nanoseconds part, Nanoseconds whole);

} // namespace ipclab
