#include "engine/base/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>

namespace ipclab {

namespace {

__extension__ using Wide = unsigned __int128;

/// digits × 10^exponent, exactly as it was written.
struct Decimal {
    bool isNegative = false;
    std::uint64_t digits = 0;
    int exponent = 0;
};

/// A unit is worth `factor` × 10^`exponent` base units.
struct Unit {
    std::string_view name;
    std::uint64_t factor = 1;
    int exponent = 0;
};

constexpr int mostExponent = 400; ///< beyond what a double holds, so that nothing longer is worth reading

constexpr std::uint64_t kibi = 1024;
constexpr std::uint64_t mebi = kibi * kibi;
constexpr std::uint64_t gibi = mebi * kibi;
constexpr std::uint64_t tebi = gibi * kibi;

constexpr std::array sizeUnits{Unit{"", 1},       Unit{"B", 1},      Unit{"KiB", kibi}, Unit{"MiB", mebi},
                               Unit{"GiB", gibi}, Unit{"TiB", tebi}, Unit{"kB", 1, 3},  Unit{"MB", 1, 6},
                               Unit{"GB", 1, 9},  Unit{"TB", 1, 12}};
constexpr std::array durationUnits{
    Unit{"", 1, 9},   Unit{"ns"},      Unit{"us", 1, 3},   Unit{"\u00b5s", 1, 3}, Unit{"\u03bcs", 1, 3},
    Unit{"ms", 1, 6}, Unit{"s", 1, 9}, Unit{"min", 60, 9}, Unit{"h", 3600, 9}};
constexpr std::array rateUnits{Unit{""},        Unit{"/s"},        Unit{"k", 1, 3}, Unit{"k/s", 1, 3},
                               Unit{"M", 1, 6}, Unit{"M/s", 1, 6}, Unit{"G", 1, 9}, Unit{"G/s", 1, 9}};
constexpr std::array countUnits{Unit{""}, Unit{"k", 1, 3}, Unit{"M", 1, 6}, Unit{"G", 1, 9}};
constexpr std::array ratioUnits{Unit{""}, Unit{"%", 1, -2}};
constexpr std::array numberUnits{Unit{""}};

bool isDigit(char character)
{
    return character >= '0' && character <= '9';
}

/// With every space of Unicode that people put into numbers turned into ' ', and none at the ends.
std::string withPlainSpaces(std::string_view text)
{
    constexpr std::array<std::string_view, 4> spaces{"\u00a0", "\u2009", "\u202f", "\t"};
    std::string plain(text);
    for (const std::string_view space : spaces)
        for (std::size_t at = plain.find(space); at != std::string::npos; at = plain.find(space, at))
            plain.replace(at, space.size(), " ");
    const std::size_t first = plain.find_first_not_of(' ');
    if (first == std::string::npos)
        return {};
    return plain.substr(first, plain.find_last_not_of(' ') - first + 1);
}

/// Reads from the front of a text and remembers what is left.
class NumberReader final {
public:
    explicit NumberReader(std::string_view text) : m_rest(text) {}

    std::optional<Decimal> number()
    {
        Decimal result;
        result.isNegative = take('-');
        if (!result.isNegative)
            take('+');
        if (!digits(result, Part::Whole))
            return std::nullopt;
        if (take('.') && !digits(result, Part::Fraction))
            return std::nullopt;
        if (!exponent(result))
            return std::nullopt;
        return result;
    }

    std::string_view rest() const { return m_rest; }

private:
    enum class Part { Whole, Fraction };

    bool take(char character)
    {
        if (m_rest.empty() || m_rest.front() != character)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }

    /// At least one digit; false also where more are significant than 64 bits hold.
    bool digits(Decimal& number, Part part)
    {
        bool any = false;
        while (!m_rest.empty() &&
               (isDigit(m_rest.front()) || (part == Part::Whole && any && skipGroupSpace()))) {
            if (!append(number, m_rest.front(), part))
                return false;
            m_rest.remove_prefix(1);
            any = true;
        }
        return any;
    }

    /// Steps over the space of "10 000" to the digit after it.
    bool skipGroupSpace()
    {
        const bool isGroup = m_rest.size() >= 4 && m_rest[0] == ' ' && isDigit(m_rest[1]) &&
                             isDigit(m_rest[2]) && isDigit(m_rest[3]) &&
                             (m_rest.size() == 4 || !isDigit(m_rest[4]));
        if (isGroup)
            m_rest.remove_prefix(1);
        return isGroup;
    }

    /// Zeros wait until another digit follows them: 1.50000000000000000000000 has two significant digits.
    bool append(Decimal& number, char digit, Part part)
    {
        if (part == Part::Fraction)
            --number.exponent;
        if (digit == '0') {
            ++number.exponent;
            return ++m_waitingZeros <= mostExponent;
        }
        for (; m_waitingZeros > 0; --m_waitingZeros, --number.exponent)
            if (!shift(number, 0))
                return false;
        return shift(number, static_cast<unsigned>(digit - '0'));
    }

    static bool shift(Decimal& number, unsigned digit)
    {
        constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
        if (number.digits > (largest - digit) / 10)
            return false;
        number.digits = number.digits * 10 + digit;
        return true;
    }

    bool exponent(Decimal& number)
    {
        if (!take('e') && !take('E'))
            return true;
        const bool isNegative = take('-');
        if (!isNegative)
            take('+');
        int value = 0;
        const auto [end, error] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), value);
        if (error != std::errc() || value < 0 || value > mostExponent)
            return false;
        m_rest.remove_prefix(static_cast<std::size_t>(end - m_rest.data()));
        number.exponent += isNegative ? -value : value;
        return true;
    }

    std::string_view m_rest;
    int m_waitingZeros = 0;
};

struct Quantity {
    Decimal number;
    Unit unit;
};

std::optional<Quantity> parse(std::string_view text, std::span<const Unit> units)
{
    const std::string plain = withPlainSpaces(text);
    NumberReader reader(plain);
    const std::optional<Decimal> number = reader.number();
    if (!number)
        return std::nullopt;
    std::string_view name = reader.rest();
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    for (const Unit& unit : units)
        if (unit.name == name)
            return Quantity{*number, unit};
    return std::nullopt;
}

std::optional<std::uint64_t> toWhole(const Quantity& quantity)
{
    constexpr Wide largest = std::numeric_limits<std::uint64_t>::max();
    if (quantity.number.digits == 0)
        return 0;
    if (quantity.number.isNegative)
        return std::nullopt;
    Wide value = Wide{quantity.number.digits} * quantity.unit.factor;
    int exponent = quantity.number.exponent + quantity.unit.exponent;
    for (; exponent < 0; ++exponent) {
        if (value % 10 != 0)
            return std::nullopt;
        value /= 10;
    }
    for (; exponent > 0 && value <= largest; --exponent)
        value *= 10;
    if (value > largest)
        return std::nullopt;
    return static_cast<std::uint64_t>(value);
}

/// The double nearest to what was written: the unit only moves the decimal point before the one rounding.
std::optional<double> toDouble(const Quantity& quantity)
{
    const std::string text =
        fmt::format("{}{}e{}", quantity.number.isNegative ? "-" : "", quantity.number.digits,
                    quantity.number.exponent + quantity.unit.exponent);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// The fewest digits that read back as `value`.
Decimal shortestDecimal(double value)
{
    std::array<char, 32> buffer{};
    const auto written = std::to_chars(buffer.begin(), buffer.end(), value, std::chars_format::scientific);
    const std::string_view shortest(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
    const std::optional<Decimal> number = NumberReader(shortest).number();
    assert(number);
    return *number;
}

/// Plain notation: "2.5", "0.001", "1200".
std::string plainNotation(const Decimal& number)
{
    std::string digits = std::to_string(number.digits);
    if (number.digits != 0 && number.exponent > 0)
        digits.append(static_cast<std::size_t>(number.exponent), '0');
    if (number.exponent < 0) {
        const auto decimals = static_cast<std::size_t>(-number.exponent);
        if (digits.size() <= decimals)
            digits.insert(0, decimals + 1 - digits.size(), '0');
        digits.insert(digits.size() - decimals, ".");
    }
    return number.isNegative ? "-" + digits : digits;
}

} // namespace

std::optional<std::uint64_t> parseSize(std::string_view text)
{
    const std::optional<Quantity> quantity = parse(text, sizeUnits);
    return quantity ? toWhole(*quantity) : std::nullopt;
}

std::optional<Nanoseconds> parseDuration(std::string_view text)
{
    const std::optional<Quantity> quantity = parse(text, durationUnits);
    const std::optional<std::uint64_t> value = quantity ? toWhole(*quantity) : std::nullopt;
    if (!value || *value > static_cast<std::uint64_t>(Nanoseconds::max().count()))
        return std::nullopt;
    return Nanoseconds(static_cast<Nanoseconds::rep>(*value));
}

std::optional<double> parseRate(std::string_view text)
{
    const std::optional<Quantity> quantity = parse(text, rateUnits);
    return quantity ? toDouble(*quantity) : std::nullopt;
}

std::optional<std::uint64_t> parseCount(std::string_view text)
{
    const std::optional<Quantity> quantity = parse(text, countUnits);
    return quantity ? toWhole(*quantity) : std::nullopt;
}

std::optional<double> parseRatio(std::string_view text)
{
    const std::optional<Quantity> quantity = parse(text, ratioUnits);
    return quantity ? toDouble(*quantity) : std::nullopt;
}

std::optional<double> parseNumber(std::string_view text)
{
    const std::optional<Quantity> quantity = parse(text, numberUnits);
    return quantity ? toDouble(*quantity) : std::nullopt;
}

std::string formatSize(std::uint64_t bytes)
{
    constexpr std::array units{Unit{"TiB", tebi}, Unit{"GiB", gibi}, Unit{"MiB", mebi}, Unit{"KiB", kibi}};
    for (const Unit& unit : units)
        if (bytes != 0 && bytes % unit.factor == 0)
            return fmt::format("{} {}", bytes / unit.factor, unit.name);
    return fmt::format("{} B", bytes);
}

std::string formatDuration(Nanoseconds duration)
{
    struct Step {
        std::string_view name;
        std::int64_t length;
    };
    constexpr std::array steps{Step{"h", 3'600'000'000'000}, Step{"min", 60'000'000'000},
                               Step{"s", 1'000'000'000}, Step{"ms", 1'000'000}, Step{"us", 1'000}};
    if (duration == Nanoseconds::zero())
        return "0 s";
    for (const Step& step : steps)
        if (duration.count() % step.length == 0)
            return fmt::format("{} {}", duration.count() / step.length, step.name);
    return fmt::format("{} ns", duration.count());
}

std::string formatRate(double perSecond)
{
    struct Step {
        std::string_view name;
        double size;
        int exponent;
    };
    constexpr std::array steps{Step{"M/s", 1e6, 6}, Step{"k/s", 1e3, 3}};
    assert(std::isfinite(perSecond));
    Decimal number = shortestDecimal(perSecond);
    for (const Step& step : steps) {
        if (std::abs(perSecond) < step.size || number.exponent - step.exponent < -3)
            continue;
        number.exponent -= step.exponent;
        return fmt::format("{} {}", plainNotation(number), step.name);
    }
    return plainNotation(number) + " /s";
}

std::string formatRatio(double ratio)
{
    assert(std::isfinite(ratio));
    Decimal number = shortestDecimal(ratio);
    number.exponent += 2;
    return plainNotation(number) + " %";
}

std::string formatNumber(double number)
{
    assert(std::isfinite(number));
    return plainNotation(shortestDecimal(number));
}

} // namespace ipclab
