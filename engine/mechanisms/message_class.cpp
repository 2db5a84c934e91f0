#include "engine/mechanisms/message_class.h"

#include "engine/base/quantity.h"
#include "engine/base/wording.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

namespace ipclab {

namespace {

/// What is no share becomes NaN.
std::vector<double> sharesFrom(std::string_view text)
{
    std::vector<double> shares;
    while (true) {
        const std::size_t comma = text.find(',');
        shares.push_back(parseRatio(text.substr(0, comma)).value_or(std::nan("")));
        if (comma == std::string_view::npos)
            return shares;
        text.remove_prefix(comma + 1);
    }
}

} // namespace

std::optional<std::string> problemOfShares(std::string_view text)
{
    constexpr double least = 1e-4;
    constexpr double rounding = 1e-6;
    const std::vector<double> shares = sharesFrom(text);
    for (const double share : shares)
        if (!(share >= least && share <= 1))
            return fmt::format("must be shares of at least {}, written like \"80 %, 20 %\", not {}",
                               formatRatio(least), quoted(text));
    if (shares.size() > mostMessageClasses)
        return fmt::format("must be at most {} shares, not {}", mostMessageClasses, shares.size());
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    if (std::abs(sum - 1) > rounding)
        return fmt::format("must be shares that make 100 %, not {}", formatRatio(sum));
    return std::nullopt;
}

std::vector<MessageClass> classesFromShares(std::string_view text, std::string_view noun, unsigned first)
{
    std::vector<MessageClass> classes;
    for (const double share : sharesFrom(text))
        classes.push_back({fmt::format("{} {}", noun, first++), share});
    return classes;
}

} // namespace ipclab
