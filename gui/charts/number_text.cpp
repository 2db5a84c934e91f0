#include "gui/charts/number_text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <array>
#include <cmath>
#include <span>

namespace ipclab {

namespace {

struct Prefix {
    double factor;
    const char* text;
};

constexpr std::array decimalPrefixes{Prefix{1e12, "T"}, Prefix{1e9, "G"}, Prefix{1e6, "M"}, Prefix{1e3, "k"},
                                     Prefix{1, ""}};
constexpr std::array byteRates{Prefix{1e12, "TB/s"}, Prefix{1e9, "GB/s"}, Prefix{1e6, "MB/s"},
                               Prefix{1e3, "kB/s"}, Prefix{1, "B/s"}};
constexpr std::array durations{Prefix{1e9, "s"}, Prefix{1e6, "ms"}, Prefix{1e3, "µs"}, Prefix{1, "ns"}};
constexpr std::array byteCounts{Prefix{1024.0 * 1024 * 1024 * 1024, "TiB"},
                                Prefix{1024.0 * 1024 * 1024, "GiB"}, Prefix{1024.0 * 1024, "MiB"},
                                Prefix{1024, "KiB"}, Prefix{1, "B"}};
constexpr std::array shares{Prefix{0.01, "%"}};

constexpr int significantDigits = 3;

std::span<const Prefix> prefixesOf(Quantity quantity)
{
    switch (quantity) {
    case Quantity::BytesPerSecond:
        return byteRates;
    case Quantity::Duration:
        return durations;
    case Quantity::Bytes:
        return byteCounts;
    case Quantity::Share:
        return shares;
    case Quantity::MessagesPerSecond:
    case Quantity::Messages:
    case Quantity::Count:
    case Quantity::CountPerSecond:
        break;
    }
    return decimalPrefixes;
}

const Prefix& prefixFor(double value, Quantity quantity)
{
    const std::span<const Prefix> prefixes = prefixesOf(quantity);
    for (const Prefix& prefix : prefixes) {
        if (std::abs(value) >= prefix.factor)
            return prefix;
    }
    return prefixes.back();
}

/// Rounded first, so that 999.7 becomes "1.00 k" and not "1000".
double roundedToDigits(double value)
{
    if (value == 0.0)
        return 0.0;
    const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - (significantDigits - 1));
    return std::round(value / unit) * unit;
}

/// Decimals of a measured number below a thousand: 1.24, 12.4, 124.
int decimalsOf(double scaled)
{
    const double magnitude = std::abs(scaled);
    return magnitude < 10 ? 2 : magnitude < 100 ? 1 : 0;
}

QString withoutTrailingZeros(QString text)
{
    if (!text.contains(u'.'))
        return text;
    while (text.endsWith(u'0'))
        text.chop(1);
    if (text.endsWith(u'.'))
        text.chop(1);
    return text;
}

QString joined(const QString& number, const char* unit)
{
    return *unit == '\0' ? number : number + u' ' + QString::fromUtf8(unit);
}

/// Things that are counted are whole, so "64 KiB" and "480"; measured ones keep their width, so "1.20 M".
bool isCounted(Quantity quantity)
{
    return quantity == Quantity::Bytes || quantity == Quantity::Messages || quantity == Quantity::Count;
}

QString shareText(double share)
{
    const double percent = share * 100;
    const int decimals = percent != 0.0 && std::abs(percent) < 9.95 ? 1 : 0;
    return withoutTrailingZeros(QString::number(percent, 'f', decimals)) + QStringLiteral(" %");
}

} // namespace

QString shortText(double value, Quantity quantity)
{
    if (!std::isfinite(value))
        return QStringLiteral("—");
    if (quantity == Quantity::Share)
        return shareText(value);

    const double rounded = quantity == Quantity::Bytes ? value : roundedToDigits(value);
    const Prefix& prefix = prefixFor(rounded, quantity);
    const double scaled = rounded / prefix.factor;
    const QString digits = QString::number(scaled, 'f', decimalsOf(scaled));
    const bool plain =
        isCounted(quantity) || scaled == 0.0 || (prefix.factor == 1.0 && scaled == std::round(scaled));
    return joined(plain ? withoutTrailingZeros(digits) : digits, prefix.text);
}

QString quantityText(double value, Quantity quantity)
{
    const QString text = shortText(value, quantity);
    if (!std::isfinite(value))
        return text;
    if (quantity == Quantity::MessagesPerSecond)
        return QCoreApplication::translate("ipclab::NumberText", "%1 msg/s").arg(text);
    if (quantity == Quantity::Messages)
        return QCoreApplication::translate("ipclab::NumberText", "%1 messages").arg(text);
    return text;
}

QString tickText(double value, double step, double top, Quantity quantity)
{
    const Prefix& prefix = prefixFor(top, quantity);
    const double scaledStep = step / prefix.factor;
    int decimals = 0;
    for (double rest = scaledStep; decimals < 6 && std::abs(rest - std::round(rest)) > 1e-6; rest *= 10)
        ++decimals;
    if (value == 0.0 && quantity != Quantity::Share)
        return QStringLiteral("0");
    return joined(QString::number(value / prefix.factor, 'f', decimals), prefix.text);
}

QString quantityTitle(Quantity quantity)
{
    switch (quantity) {
    case Quantity::MessagesPerSecond:
        return QCoreApplication::translate("ipclab::NumberText", "messages per second");
    case Quantity::Messages:
        return QCoreApplication::translate("ipclab::NumberText", "messages");
    case Quantity::BytesPerSecond:
        return QCoreApplication::translate("ipclab::NumberText", "bytes per second");
    case Quantity::Duration:
        return QCoreApplication::translate("ipclab::NumberText", "time");
    case Quantity::Share:
        return QCoreApplication::translate("ipclab::NumberText", "share of the time");
    case Quantity::Bytes:
        return QCoreApplication::translate("ipclab::NumberText", "bytes");
    case Quantity::CountPerSecond:
        return QCoreApplication::translate("ipclab::NumberText", "per second");
    case Quantity::Count:
        break;
    }
    return QCoreApplication::translate("ipclab::NumberText", "number");
}

bool ticksCarryUnit(Quantity quantity)
{
    return quantity != Quantity::MessagesPerSecond && quantity != Quantity::Messages &&
           quantity != Quantity::Count && quantity != Quantity::CountPerSecond;
}

QString secondsText(double seconds)
{
    if (!std::isfinite(seconds))
        return QStringLiteral("—");
    if (std::abs(seconds) >= 120) {
        const qint64 whole = std::llround(seconds);
        return QCoreApplication::translate("ipclab::NumberText", "%1 min %2 s")
            .arg(whole / 60)
            .arg(std::abs(whole) % 60);
    }
    if (seconds != 0.0 && std::abs(seconds) < 0.9995)
        return QString::number(seconds * 1e3, 'f', 0) + QStringLiteral(" ms");
    return withoutTrailingZeros(QString::number(seconds, 'f', 2)) + QStringLiteral(" s");
}

QString groupedText(qint64 number)
{
    QString digits = QString::number(number);
    const qsizetype firstDigit = number < 0 ? 1 : 0;
    for (qsizetype at = digits.size() - 3; at > firstDigit; at -= 3)
        digits.insert(at, QChar(0x202f)); // narrow no-break space: never broken at a line's end
    return digits;
}

QString withGroupedDigits(const QString& sentence)
{
    static const QRegularExpression wholeNumber(QStringLiteral("(?<![\\w.,])\\d{4,18}(?!\\w|\\.\\d)"));
    QString text;
    qsizetype done = 0;
    for (const QRegularExpressionMatch& match : wholeNumber.globalMatch(sentence)) {
        text +=
            sentence.sliced(done, match.capturedStart() - done) + groupedText(match.captured().toLongLong());
        done = match.capturedEnd();
    }
    return text + sentence.sliced(done);
}

} // namespace ipclab
