#pragma once

#include "engine/base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ipclab {

// Quantities as people write them: a number, perhaps a space of any width, perhaps a unit. Digits may stand
// in groups of three ("10 000"). Read exactly and without a locale; what does not fit the type is no
// quantity. parseX(formatX(value)) == value.

/// "64", "64 B", "64 KiB", "1.5 MiB", "2 kB" (2000 B) → bytes. Nothing if it is no size, is negative, or no
/// whole number of bytes.
std::optional<std::uint64_t> parseSize(std::string_view text);
/// "20 us", "20 µs", "2.5 s", "1 min", "0" → nanoseconds. A number without a unit is seconds. Nothing if it
/// is negative.
std::optional<Nanoseconds> parseDuration(std::string_view text);
/// "100 k/s", "1.5 M/s", "250" → per second. May be negative: ranges are checked by who asks.
std::optional<double> parseRate(std::string_view text);
/// "1000000", "1 M", "10 k" → a whole number, not negative.
std::optional<std::uint64_t> parseCount(std::string_view text);
/// "0.2", "20 %" → a share. May be negative, as a rate may.
std::optional<double> parseRatio(std::string_view text);
/// "1.25" → a number without a unit. May be negative, as a rate may.
std::optional<double> parseNumber(std::string_view text);

/// The largest binary unit that divides it: "64 KiB", "1 MiB", "100 B".
std::string formatSize(std::uint64_t bytes);
/// The largest unit that divides it: "20 us", "2500 ms", "10 s", "0 s".
std::string formatDuration(Nanoseconds duration);
/// The largest of "M/s", "k/s" and "/s" that needs at most three decimals: "10 k/s", "2.5 M/s". For finite
/// rates.
std::string formatRate(double perSecond);
/// In per cent: "20 %". For finite ratios.
std::string formatRatio(double ratio);
/// "1.25". For finite numbers.
std::string formatNumber(double number);

} // namespace ipclab
