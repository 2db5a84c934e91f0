#include "gui/charts/number_text.h"
#include "gui/charts/value_scale.h"

#include <QLocale>
#include <QTest>

#include <cmath>

using namespace ipclab;

Q_DECLARE_METATYPE(ipclab::Quantity)

class NumberTextTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::German)); }

    void numbersAreWrittenAsPeopleReadThem_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<Quantity>("quantity");
        QTest::addColumn<QString>("text");
        const auto row = [](double value, Quantity quantity, const char* text) {
            QTest::newRow(text) << value << quantity << QString::fromUtf8(text);
        };
        row(1'240'000, Quantity::MessagesPerSecond, "1.24 M msg/s");
        row(1'200'000, Quantity::MessagesPerSecond, "1.20 M msg/s");
        row(999.7, Quantity::MessagesPerSecond, "1.00 k msg/s");
        row(0, Quantity::MessagesPerSecond, "0 msg/s");
        row(480, Quantity::MessagesPerSecond, "480 msg/s");
        row(79'400'000, Quantity::BytesPerSecond, "79.4 MB/s");
        row(11'800, Quantity::Duration, "11.8 µs");
        row(850, Quantity::Duration, "850 ns");
        row(2'100'000, Quantity::Duration, "2.10 ms");
        row(3e9, Quantity::Duration, "3.00 s");
        row(65536, Quantity::Bytes, "64 KiB");
        row(1000, Quantity::Bytes, "1000 B");
        row(1536, Quantity::Bytes, "1.5 KiB");
        row(0.62, Quantity::Share, "62 %");
        row(0.034, Quantity::Share, "3.4 %");
        row(0, Quantity::Share, "0 %");
        row(std::nan(""), Quantity::Duration, "—");
    }

    void numbersAreWrittenAsPeopleReadThem()
    {
        QFETCH(double, value);
        QFETCH(Quantity, quantity);
        QTEST(quantityText(value, quantity), "text");
    }

    void ticksOfAnAxisShareTheirPrefix()
    {
        QCOMPARE(tickText(400'000, 400'000, 1'600'000, Quantity::MessagesPerSecond), QStringLiteral("0.4 M"));
        QCOMPARE(tickText(1'200'000, 400'000, 1'600'000, Quantity::MessagesPerSecond),
                 QStringLiteral("1.2 M"));
        QCOMPARE(tickText(0.25, 0.25, 1, Quantity::Share), QStringLiteral("25 %"));
        QCOMPARE(tickText(16384, 16384, 65536, Quantity::Bytes), QStringLiteral("16 KiB"));
    }

    void wholeNumbersAreGrouped()
    {
        QCOMPARE(groupedText(8'904'112).replace(QChar(0x202f), u' '), QStringLiteral("8 904 112"));
        QCOMPARE(groupedText(-123), QStringLiteral("-123"));
    }

    void valueAxisRoundsTo125()
    {
        ValueScale scale(ScaleKind::Linear, Quantity::MessagesPerSecond);
        QVERIFY(scale.follow({0, 1.31e6}, 0));
        QCOMPARE(scale.top(), 1.5e6);
        QCOMPARE(scale.ticks().size(), std::size_t(4));
    }

    void valueAxisChangesAtMostOnceASecond()
    {
        ValueScale scale(ScaleKind::Linear, Quantity::Count);
        scale.follow({0, 10}, 0);
        int changes = 0;
        for (int frame = 1; frame <= 300; ++frame)
            changes += scale.follow({0, 10.0 + frame}, frame / 30.0);
        QVERIFY2(changes <= 10, qPrintable(QString::number(changes)));
        QVERIFY(scale.top() >= 290);
    }

    void wholeNumbersOfASentenceAreGrouped()
    {
        QCOMPARE(withGroupedDigits("sent 1234567 = received 1234000, lost 567; 2.123456 s, pid-12345."),
                 QString("sent %1 = received %2, lost 567; 2.123456 s, pid-%3.")
                     .arg(groupedText(1234567), groupedText(1234000), groupedText(12345)));
    }

    void valueAxisDoesNotFollowEveryDip()
    {
        ValueScale scale(ScaleKind::Linear, Quantity::Count);
        scale.follow({0, 100}, 0);
        const double top = scale.top();
        for (int frame = 1; frame <= 300; ++frame)
            QVERIFY(!scale.follow({0, frame % 45 == 0 ? 100.0 : 10.0}, frame / 30.0));
        QCOMPARE(scale.top(), top);
        bool shrunk = false;
        for (int frame = 301; frame <= 400; ++frame)
            shrunk = scale.follow({0, 10.0}, frame / 30.0) || shrunk;
        QVERIFY(shrunk);
        QVERIFY(scale.top() <= 20);
    }

    void logarithmicAxisHasDecadesAndNoPlaceForZero()
    {
        ValueScale scale(ScaleKind::Logarithmic, Quantity::Duration);
        QVERIFY(std::isnan(scale.toAxis(0)));
        QVERIFY(std::isnan(scale.toAxis(-5)));
        scale.follow({scale.toAxis(9'000), scale.toAxis(1.3e6)}, 0);
        QCOMPARE(scale.bottom(), 3.0);
        QCOMPARE(scale.top(), 7.0);
        QCOMPARE(scale.ticks().front().text, QStringLiteral("1 µs"));
        QCOMPARE(scale.ticks().back().text, QStringLiteral("10 ms"));
    }
};

QTEST_APPLESS_MAIN(NumberTextTest)
#include "tst_number_text.moc"
