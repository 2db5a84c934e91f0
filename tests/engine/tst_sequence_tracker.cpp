#include "engine/measure/sequence_tracker.h"

#include <QtTest>

using namespace ipclab;

namespace {

struct Tally {
    qint64 lost = 0;
    int repeated = 0;
    int reordered = 0;
};

Tally follow(const QList<quint64>& arrivals)
{
    SequenceTracker tracker;
    Tally tally;
    for (const quint64 sequence : arrivals) {
        const SequenceVerdict verdict = tracker.follow(sequence);
        tally.lost += static_cast<qint64>(verdict.newlyLost) - (verdict.isReordered ? 1 : 0);
        tally.repeated += verdict.isRepeated ? 1 : 0;
        tally.reordered += verdict.isReordered ? 1 : 0;
    }
    return tally;
}

} // namespace

class TestSequenceTracker final : public QObject {
    Q_OBJECT

private slots:
    void tellsWhatHappened_data()
    {
        QTest::addColumn<QList<quint64>>("arrivals");
        QTest::addColumn<int>("lost");
        QTest::addColumn<int>("repeated");
        QTest::addColumn<int>("reordered");
        QTest::newRow("in order") << QList<quint64>{0, 1, 2, 3} << 0 << 0 << 0;
        QTest::newRow("one lost") << QList<quint64>{0, 2, 3} << 1 << 0 << 0;
        QTest::newRow("three lost") << QList<quint64>{0, 4} << 3 << 0 << 0;
        QTest::newRow("first lost") << QList<quint64>{1, 2} << 1 << 0 << 0;
        QTest::newRow("repeated") << QList<quint64>{0, 1, 1, 2} << 0 << 1 << 0;
        QTest::newRow("swapped") << QList<quint64>{0, 2, 1, 3} << 0 << 0 << 1;
        QTest::newRow("late and again") << QList<quint64>{0, 2, 1, 1, 3} << 0 << 1 << 1;
        QTest::newRow("reversed") << QList<quint64>{4, 3, 2, 1, 0} << 0 << 0 << 4;
    }

    void tellsWhatHappened()
    {
        QFETCH(QList<quint64>, arrivals);
        const Tally tally = follow(arrivals);
        QTEST(static_cast<int>(tally.lost), "lost");
        QTEST(tally.repeated, "repeated");
        QTEST(tally.reordered, "reordered");
    }

    void forgetsWhatIsLongPast()
    {
        SequenceTracker tracker;
        QCOMPARE(tracker.follow(1).newlyLost, std::uint64_t{1});
        for (std::uint64_t sequence = 2; sequence < 10'000; ++sequence)
            QCOMPARE(tracker.follow(sequence).newlyLost, std::uint64_t{0});
        QVERIFY(tracker.follow(0).isRepeated);
    }

    void forgetsAGapWhenItsPlaceIsTakenAnew()
    {
        constexpr std::uint64_t gap = 5;
        constexpr std::uint64_t samePlace = gap + 4096;
        SequenceTracker tracker(gap);
        QCOMPARE(tracker.follow(gap + 1).newlyLost, std::uint64_t{1});
        for (std::uint64_t sequence = gap + 2; sequence <= samePlace; ++sequence)
            QVERIFY(tracker.follow(sequence).isAsExpected());
        QVERIFY(tracker.follow(samePlace).isRepeated);
    }
};

QTEST_GUILESS_MAIN(TestSequenceTracker)
#include "tst_sequence_tracker.moc"
