#include "engine/cli/figure_text.h"

#include <fmt/format.h>

#include <span>
#include <string_view>

namespace ipclab {

namespace {

struct Unit {
    double size;
    std::string_view symbol;
};

constexpr Unit messageRates[] = {{1, "/s"}, {1e3, "k/s"}, {1e6, "M/s"}, {1e9, "G/s"}};
constexpr Unit byteRates[] = {{1, "B/s"}, {0x1p10, "KiB/s"}, {0x1p20, "MiB/s"}, {0x1p30, "GiB/s"}};
constexpr Unit durations[] = {{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}};

std::string threeDigits(double number)
{
    const int decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f}", number, decimals);
}

std::string scaled(double amount, std::span<const Unit> units)
{
    // What would round to the next unit is written in the next unit.
    constexpr double nearlyFull = 0.9995;
    std::size_t index = 0;
    while (index + 1 < units.size() && amount >= nearlyFull * units[index + 1].size)
        ++index;
    const double number = amount / units[index].size;
    const bool isWhole = index == 0 && number == static_cast<double>(static_cast<std::uint64_t>(number));
    return fmt::format("{} {}", isWhole ? fmt::format("{:.0f}", number) : threeDigits(number),
                       units[index].symbol);
}

} // namespace

std::string messageRateText(double perSecond)
{
    return scaled(perSecond, messageRates);
}

std::string byteRateText(double perSecond)
{
    return scaled(perSecond, byteRates);
}

std::string durationText(Nanoseconds duration)
{
    constexpr auto longestInSeconds = std::chrono::seconds(100);
    if (duration < longestInSeconds)
        return scaled(static_cast<double>(duration.count()), durations);
    const auto seconds = std::chrono::round<std::chrono::seconds>(duration).count();
    return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

std::string countText(std::uint64_t count)
{
    std::string digits = std::to_string(count);
    for (std::size_t end = digits.size(); end > 3; end -= 3)
        digits.insert(end - 3, ",");
    return digits;
}

std::string shareText(Nanoseconds part, Nanoseconds whole)
{
    if (whole <= Nanoseconds::zero())
        return "-";
    return fmt::format("{:.1f} %",
                       100.0 * static_cast<double>(part.count()) / static_cast<double>(whole.count()));
}

} // namespace ipclab
