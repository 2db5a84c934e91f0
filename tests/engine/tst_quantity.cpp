#include "engine/base/quantity.h"

#include <QtTest>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

void addRow(const char* text, std::optional<quint64> expected)
{
    QTest::newRow(qPrintable(QStringLiteral("'%1'").arg(QString::fromUtf8(text))))
        << QByteArray(text) << expected.has_value() << expected.value_or(0);
}

void addColumns()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isQuantity");
    QTest::addColumn<quint64>("value");
}

} // namespace

class TestQuantity final : public QObject {
    Q_OBJECT

private slots:
    void readsSizes_data();
    void readsSizes();
    void readsDurations_data();
    void readsDurations();
    void readsCounts_data();
    void readsCounts();
    void readsRates_data();
    void readsRates();
    void readsRatios_data();
    void readsRatios();
    void writesTheLargestUnitThatIsExact();
    void readsBackWhatItWrites();
};

void TestQuantity::readsSizes_data()
{
    addColumns();
    addRow("0", 0);
    addRow("64", 64);
    addRow("64 B", 64);
    addRow("64 KiB", 65536);
    addRow("64KiB", 65536);
    addRow("  64   KiB ", 65536);
    addRow("64\u00a0KiB", 65536);
    addRow("64\u2009KiB", 65536);
    addRow("64\u202fKiB", 65536);
    addRow("10\u2009000 B", 10000);
    addRow("1 000 000", 1000000);
    addRow("1.5 MiB", 1572864);
    addRow("2 kB", 2000);
    addRow("2.5 kB", 2500);
    addRow("1 GiB", 1073741824);
    addRow("1 TB", 1000000000000);
    addRow("1e3", 1000);
    addRow("1.50000000000000000000000000 kB", 1500);
    addRow("18446744073709551615", std::numeric_limits<quint64>::max());
    addRow("18446744073709551616", std::nullopt);
    addRow("99999999999 GiB", std::nullopt);
    addRow("1e400 TiB", std::nullopt);
    addRow("1e99999999999", std::nullopt);
    addRow("0.3 B", std::nullopt);
    addRow("0.0001 KiB", std::nullopt);
    addRow("-1", std::nullopt);
    addRow("-0", 0);
    addRow("", std::nullopt);
    addRow(" ", std::nullopt);
    addRow("KiB", std::nullopt);
    addRow("64 KB", std::nullopt);
    addRow("64 ms", std::nullopt);
    addRow("64 KiB x", std::nullopt);
    addRow("6 4", std::nullopt);
    addRow("10 0000", std::nullopt);
    addRow("1,5 MiB", std::nullopt);
    addRow("1..5", std::nullopt);
    addRow("1.", std::nullopt);
    addRow("0x40", std::nullopt);
    addRow("nan", std::nullopt);
    addRow("inf", std::nullopt);
    addRow("\xff\xfe", std::nullopt);
}

void TestQuantity::readsSizes()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isQuantity);
    QFETCH(quint64, value);
    const std::optional<std::uint64_t> size = parseSize(text.toStdString());
    QCOMPARE(size.has_value(), isQuantity);
    QCOMPARE(size.value_or(0), value);
}

void TestQuantity::readsDurations_data()
{
    addColumns();
    addRow("0", 0);
    addRow("10", 10'000'000'000);
    addRow("0.1", 100'000'000);
    addRow("20 us", 20'000);
    addRow("20\u00b5s", 20'000);
    addRow("20 \u03bcs", 20'000);
    addRow("20 ns", 20);
    addRow("5 ms", 5'000'000);
    addRow("2.5 s", 2'500'000'000);
    addRow("1 min", 60'000'000'000);
    addRow("1.5 h", 5'400'000'000'000);
    addRow("9223372036854775807 ns", 9223372036854775807U);
    addRow("9223372036854775808 ns", std::nullopt);
    addRow("1e12 s", std::nullopt);
    addRow("0.5 ns", std::nullopt);
    addRow("-1 s", std::nullopt);
    addRow("a year", std::nullopt);
    addRow("1 m", std::nullopt);
    addRow("10 s s", std::nullopt);
}

void TestQuantity::readsDurations()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isQuantity);
    QFETCH(quint64, value);
    const std::optional<Nanoseconds> duration = parseDuration(text.toStdString());
    QCOMPARE(duration.has_value(), isQuantity);
    QCOMPARE(static_cast<quint64>(duration.value_or(0ns).count()), value);
}

void TestQuantity::readsCounts_data()
{
    addColumns();
    addRow("1000000", 1000000);
    addRow("1 M", 1000000);
    addRow("10 k", 10000);
    addRow("1.5 k", 1500);
    addRow("1e6", 1000000);
    addRow("1.5", std::nullopt);
    addRow("1.0", 1);
    addRow("-3", std::nullopt);
    addRow("10 B", std::nullopt);
}

void TestQuantity::readsCounts()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isQuantity);
    QFETCH(quint64, value);
    const std::optional<std::uint64_t> count = parseCount(text.toStdString());
    QCOMPARE(count.has_value(), isQuantity);
    QCOMPARE(count.value_or(0), value);
}

void TestQuantity::readsRates_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<double>("perSecond");
    QTest::newRow("plain") << QByteArray("250") << 250.0;
    QTest::newRow("per second") << QByteArray("0.1 /s") << 0.1;
    QTest::newRow("thousands") << QByteArray("100 k/s") << 1e5;
    QTest::newRow("correctly rounded") << QByteArray("2.3 k/s") << 2300.0;
    QTest::newRow("millions") << QByteArray("1.5 M/s") << 1.5e6;
    QTest::newRow("short") << QByteArray("10 k") << 1e4;
    QTest::newRow("exponent") << QByteArray("1e+06") << 1e6;
    QTest::newRow("negative") << QByteArray("-5 /s") << -5.0;
    QTest::newRow("zero") << QByteArray("0") << 0.0;
}

void TestQuantity::readsRates()
{
    QFETCH(QByteArray, text);
    QFETCH(double, perSecond);
    QCOMPARE(parseRate(text.toStdString()), std::optional(perSecond));
    for (const char* wrong : {"", "fast", "10 s", "1e399 k/s", "nan", "inf", "1 /s/s"})
        QVERIFY2(!parseRate(wrong), wrong);
}

void TestQuantity::readsRatios_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<double>("ratio");
    QTest::newRow("plain") << QByteArray("0.2") << 0.2;
    QTest::newRow("per cent") << QByteArray("20 %") << 0.2;
    QTest::newRow("thin space") << QByteArray("5\u2009%") << 0.05;
    QTest::newRow("correctly rounded") << QByteArray("0.7 %") << 0.007;
}

void TestQuantity::readsRatios()
{
    QFETCH(QByteArray, text);
    QFETCH(double, ratio);
    QCOMPARE(parseRatio(text.toStdString()), std::optional(ratio));
}

void TestQuantity::writesTheLargestUnitThatIsExact()
{
    QCOMPARE(formatSize(0), "0 B");
    QCOMPARE(formatSize(100), "100 B");
    QCOMPARE(formatSize(65536), "64 KiB");
    QCOMPARE(formatSize(1048576), "1 MiB");
    QCOMPARE(formatSize(1572864), "1536 KiB");
    QCOMPARE(formatDuration(0ns), "0 s");
    QCOMPARE(formatDuration(20us), "20 us");
    QCOMPARE(formatDuration(2500ms), "2500 ms");
    QCOMPARE(formatDuration(10s), "10 s");
    QCOMPARE(formatDuration(90s), "90 s");
    QCOMPARE(formatDuration(24h), "24 h");
    QCOMPARE(formatDuration(-5s), "-5 s");
    QCOMPARE(formatDuration(1234567ns), "1234567 ns");
    QCOMPARE(formatRate(0), "0 /s");
    QCOMPARE(formatRate(250), "250 /s");
    QCOMPARE(formatRate(0.001), "0.001 /s");
    QCOMPARE(formatRate(10'000), "10 k/s");
    QCOMPARE(formatRate(12'345), "12.345 k/s");
    QCOMPARE(formatRate(1'234'567), "1234.567 k/s");
    QCOMPARE(formatRate(2.5e6), "2.5 M/s");
    QCOMPARE(formatRate(1e9), "1000 M/s");
    QCOMPARE(formatRate(-2000), "-2 k/s");
    QCOMPARE(formatRatio(0.2), "20 %");
    QCOMPARE(formatRatio(0.007), "0.7 %");
    QCOMPARE(formatRatio(1), "100 %");
}

void TestQuantity::readsBackWhatItWrites()
{
    std::mt19937_64 random(4711);
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t whole = random() >> (random() % 64);
        const auto length = static_cast<Nanoseconds::rep>(whole >> 1);
        const double real = std::bit_cast<double>(random());
        QCOMPARE(parseSize(formatSize(whole)), std::optional(whole));
        QCOMPARE(parseDuration(formatDuration(Nanoseconds(length))), std::optional(Nanoseconds(length)));
        if (!std::isfinite(real) || std::abs(real) > 1e300 || std::abs(real) < 1e-300)
            continue;
        QCOMPARE(parseRate(formatRate(real)), std::optional(real));
        QCOMPARE(parseRatio(formatRatio(real)), std::optional(real));
        QCOMPARE(parseNumber(formatNumber(real)), std::optional(real));
    }
}

QTEST_APPLESS_MAIN(TestQuantity)
#include "tst_quantity.moc"
