#pragma once

#include "engine/base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ipclab {

// Quantities as people write them: a number, perhaps a space, perhaps a unit. parseX(formatX(value)) == value.

/// "64", "64 B", "64 KiB", "1.5 MiB", "2 kB" (1000 B) → bytes. Nothing if it is no size, is negative, or no whole number of bytes.
std::optional<std::uint64_t> parseSize(std::string_view text);
/// "20 us", "20 µs", "2.5 s", "1 min", "0" → nanoseconds. A number without a unit is seconds. Never negative.
std::optional<Nanoseconds> parseDuration(std::string_view text);
/// "100 k/s", "1.5 M/s", "250" → per second. May be negative: ranges are checked by who asks.
std::optional<double> parseRate(std::string_view text);
/// "1000000", "1 M", "10 k" → a whole number, not negative.
std::optional<std::uint64_t> parseCount(std::string_view text);
/// "0.2", "20 %" → a share.
std::optional<double> parseRatio(std::string_view text);

/// The largest binary unit that divides it: "64 KiB", "1 MiB", "100 B".
std::string formatSize(std::uint64_t bytes);
/// The largest unit that divides it: "20 us", "2500 ms", "10 s".
std::string formatDuration(Nanoseconds duration);
/// The largest of "M/s", "k/s" and "/s" that stays exact: "10 k/s", "2.5 M/s".
std::string formatRate(double perSecond);

} // namespace ipclab
