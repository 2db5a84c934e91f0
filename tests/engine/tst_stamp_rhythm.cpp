#include "engine/worker/stamp_rhythm.h"

#include <QtTest>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// Sends messages that take as long as they are told, on a clock of its own.
class Sender final {
public:
    explicit Sender(std::optional<std::uint64_t> every) : m_rhythm(every), m_moment(now()) {}

    StampRhythm& rhythm() { return m_rhythm; }

    void sendFor(Nanoseconds time, Nanoseconds each)
    {
        for (const Nanoseconds end = m_moment + time; m_moment < end; m_moment += each)
            if (m_rhythm.isDue(m_sequence++))
                m_rhythm.consider(m_moment);
    }

private:
    StampRhythm m_rhythm;
    std::uint64_t m_sequence = 0;
    Nanoseconds m_moment;
};

} // namespace

class TestStampRhythm final : public QObject {
    Q_OBJECT

private slots:
    void keepsTheCostOfTimesInBounds_data()
    {
        QTest::addColumn<qint64>("each");
        QTest::addColumn<quint64>("every");
        QTest::newRow("a message of 60 us carries its times") << qint64{60000} << quint64{1};
        QTest::newRow("one in 51 of 1 us") << qint64{1000} << quint64{51};
        QTest::newRow("one in 1251 of 40 ns") << qint64{40} << quint64{1251};
    }
    void keepsTheCostOfTimesInBounds()
    {
        QFETCH(const qint64, each);
        Sender sender(std::nullopt);
        sender.sendFor(500ms, Nanoseconds(each));
        QTEST(quint64{sender.rhythm().every()}, "every");
    }

    void goesByWhatTheRunHasComeTo()
    {
        Sender sender(std::nullopt);
        sender.sendFor(250ms, 2us);
        QCOMPARE(sender.rhythm().every(), 26U);
        sender.sendFor(250ms, 1us);
        QVERIFY(!sender.rhythm().isSettled());
        QCOMPARE(sender.rhythm().every(), 51U);
    }

    void staysAsItIsInTheMeasuredWindow()
    {
        Sender sender(std::nullopt);
        sender.sendFor(250ms, 1us);
        sender.rhythm().beginMeasuring();
        QVERIFY(sender.rhythm().isSettled());
        sender.sendFor(1s, 4us);
        QCOMPARE(sender.rhythm().every(), 51U);
    }

    void looksThreeTimesWithoutAWarmUpToo()
    {
        Sender sender(std::nullopt);
        sender.rhythm().beginMeasuring();
        sender.sendFor(50ms, 2us);
        QVERIFY(!sender.rhythm().isSettled());
        sender.sendFor(100ms, 1us);
        QVERIFY(sender.rhythm().isSettled());
        const std::uint64_t every = sender.rhythm().every();
        QVERIFY2(every > 26 && every <= 51, qPrintable(QString::number(every)));
        sender.sendFor(1s, 10us);
        QCOMPARE(sender.rhythm().every(), every);
    }

    void doesAsItIsTold()
    {
        Sender sender(7);
        QVERIFY(sender.rhythm().isSettled());
        sender.sendFor(500ms, 10us);
        QCOMPARE(sender.rhythm().every(), 7U);
    }
};

QTEST_GUILESS_MAIN(TestStampRhythm)
#include "tst_stamp_rhythm.moc"
