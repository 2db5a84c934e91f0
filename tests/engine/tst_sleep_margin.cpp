#include "engine/worker/sleep_margin.h"

#include <QtTest>

using namespace ipclab;
using namespace std::chrono_literals;

class TestSleepMargin final : public QObject {
    Q_OBJECT

private slots:
    void followsLateWakeUpsAtOnce()
    {
        SleepMargin margin(100us);
        margin.noteSleep(200us);
        QCOMPARE(margin.length(), Nanoseconds(300us));
        margin.noteSleep(5ms);
        QCOMPARE(margin.length(), Nanoseconds(400us));
    }

    void forgetsThemSlowly()
    {
        SleepMargin margin(100us);
        margin.noteSleep(200us);
        margin.noteSleep(10us);
        QVERIFY(margin.length() > 290us && margin.length() < 300us);
        for (int sleep = 0; sleep < 500; ++sleep)
            margin.noteSleep(2us);
        QCOMPARE(margin.length(), Nanoseconds(20us));
    }

    /// 250 us between messages: after one late wake-up there is no time to sleep, but not for ever.
    void sleepsAgainAfterALateWakeUp()
    {
        constexpr Nanoseconds gap = 250us;
        SleepMargin margin(100us);
        margin.noteSleep(50ms);
        QVERIFY(margin.length() > gap);
        int spins = 0;
        for (; margin.length() > gap && spins < 100000; ++spins)
            margin.noteSpin();
        QVERIFY2(spins > 100 && spins < 1000, qPrintable(QString::number(spins)));
    }

    void neverIsNothing()
    {
        SleepMargin margin(100us);
        for (int spin = 0; spin < 100000; ++spin)
            margin.noteSpin();
        QCOMPARE(margin.length(), Nanoseconds(20us));
    }
};

QTEST_GUILESS_MAIN(TestSleepMargin)
#include "tst_sleep_margin.moc"
