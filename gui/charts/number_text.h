#pragma once

#include <QString>

namespace ipclab {

/// What a plain number measures. Values are always in base units: messages, bytes, nanoseconds, shares of 1.
enum class Quantity {
    MessagesPerSecond,
    BytesPerSecond,
    Duration,
    Share,
    Bytes,
    Messages,
    Count,
    CountPerSecond
};

/// Three significant digits with a prefix and the unit: "1.24 M msg/s", "79.4 MB/s", "11.8 µs", "64 KiB", "62
/// %". The decimal point never depends on the locale; NaN is "—".
QString quantityText(double value, Quantity quantity);

/// The same without the words that a title already says: "1.24 M" for a rate of messages.
QString shortText(double value, Quantity quantity);

/// A tick label. All ticks of an axis share the prefix of `top` and the decimals of `step`: "0.4 M", "1.2 M".
QString tickText(double value, double step, double top, Quantity quantity);

/// What is measured, in words, as the title of an axis: "messages per second".
QString quantityTitle(Quantity quantity);

/// Whether shortText() and tickText() already say the unit ("64 KiB") or a title has to ("1.24 M").
bool ticksCarryUnit(Quantity quantity);

/// Seconds of a run: "7.2 s", "350 ms", "12 min 5 s".
QString secondsText(double seconds);

/// Every digit of a whole number in groups of three: "8 904 112".
QString groupedText(qint64 number);
/// The same for every whole number in a sentence.
QString withGroupedDigits(const QString& sentence);

} // namespace ipclab
