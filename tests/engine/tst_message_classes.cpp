#include "engine/measure/class_draw.h"
#include "engine/measure/class_tracker.h"
#include "engine/mechanisms/message_class.h"

#include <QtTest>

#include <array>

using namespace ipclab;

namespace {

constexpr std::array shares{0.7, 0.2, 0.1};

/// The first `count` messages of a class.
QList<quint64> messagesOf(const ClassDraw& draw, unsigned messageClass, int count)
{
    QList<quint64> sequences;
    for (std::uint64_t sequence = 0; sequences.size() < count; ++sequence) {
        sequence = draw.firstFrom(sequence, messageClass);
        sequences << sequence;
    }
    return sequences;
}

} // namespace

class TestMessageClasses final : public QObject {
    Q_OBJECT

private slots:
    void textOfSharesIsChecked_data()
    {
        QTest::addColumn<QString>("problem");
        QTest::newRow("100 %") << "";
        QTest::newRow("80 %, 20 %") << "";
        QTest::newRow("0.5,0.25,0.25") << "";
        QTest::newRow("80 %, 10 %") << "make 100 %, not 90 %";
        QTest::newRow("80 %, 20 %, 0 %") << "at least 0.01 %";
        QTest::newRow("80 %, x") << "not \"80 %, x\"";
        QTest::newRow("") << "at least 0.01 %";
        QTest::newRow("80 %,, 20 %") << "at least 0.01 %";
        QTest::newRow("-1, 2") << "at least 0.01 %";
        QTest::newRow("20%,10%,10%,10%,10%,10%,10%,10%,10%") << "at most 8 shares, not 9";
    }
    void textOfSharesIsChecked()
    {
        QFETCH(QString, problem);
        const std::optional<std::string> found = problemOfShares(QTest::currentDataTag());
        QCOMPARE(found.has_value(), !problem.isEmpty());
        QVERIFY2(!found || QString::fromStdString(*found).contains(problem), found.value_or("").c_str());
    }

    void classesAreTitledAndShared()
    {
        const std::vector<MessageClass> classes = classesFromShares("80 %, 20 %", "type", 1);
        QCOMPARE(classes.size(), std::size_t{2});
        QCOMPARE(classes[1].title, std::string("type 2"));
        QCOMPARE(classes[1].share, 0.2);
    }

    void drawKeepsToTheShares()
    {
        const ClassDraw draw(shares, 1, 0);
        constexpr int many = 100'000;
        std::array<int, shares.size()> counts{};
        for (std::uint64_t sequence = 0; sequence < many; ++sequence)
            ++counts.at(draw.of(sequence));
        for (std::size_t index = 0; index < shares.size(); ++index)
            QVERIFY(std::abs(counts.at(index) - many * shares.at(index)) < many * 0.01);
    }

    void drawDependsOnSeedAndSender()
    {
        const auto drawn = [](std::uint64_t seed, unsigned sender) {
            const ClassDraw draw(shares, seed, sender);
            QList<unsigned> classes;
            for (std::uint64_t sequence = 0; sequence < 200; ++sequence)
                classes << draw.of(sequence);
            return classes;
        };
        QCOMPARE(drawn(7, 0), drawn(7, 0));
        QVERIFY(drawn(7, 0) != drawn(8, 0));
        QVERIFY(drawn(7, 0) != drawn(7, 1));
    }

    void sendingOrderOvertakesNobody()
    {
        const ClassDraw draw(shares, 1, 0);
        ClassTracker tracker(draw);
        for (std::uint64_t sequence = 0; sequence < 1000; ++sequence) {
            const ClassVerdict verdict = tracker.follow(sequence, draw.of(sequence));
            QVERIFY(verdict.isOfTheClass && verdict.sequence.isAsExpected());
            QVERIFY(!verdict.hasOvertaken && !verdict.wasOvertaken);
        }
    }

    void classesOvertakeEachOtherWithoutBeingReordered()
    {
        const ClassDraw draw(shares, 1, 0);
        const QList<quint64> low = messagesOf(draw, 0, 3);
        const QList<quint64> high = messagesOf(draw, 2, 1);
        ClassTracker tracker(draw);
        const ClassVerdict first = tracker.follow(high[0], 2);
        QVERIFY(first.sequence.isAsExpected());
        QCOMPARE(first.hasOvertaken, low[0] < high[0]);
        for (const quint64 sequence : low) {
            const ClassVerdict verdict = tracker.follow(sequence, 0);
            QVERIFY(verdict.sequence.isAsExpected());
            QCOMPARE(verdict.wasOvertaken, sequence < high[0]);
        }
    }

    void lossRepetitionAndDisorderShowWithinAClass()
    {
        const ClassDraw draw(shares, 1, 0);
        const QList<quint64> rare = messagesOf(draw, 2, 4);
        ClassTracker tracker(draw);
        QCOMPARE(tracker.follow(rare[1], 2).sequence.newlyLost, std::uint64_t{1});
        QVERIFY(tracker.follow(rare[0], 2).sequence.isReordered);
        QVERIFY(tracker.follow(rare[1], 2).sequence.isRepeated);
        QCOMPARE(tracker.expected(2), rare[2]);
        QVERIFY(tracker.follow(rare[2], 2).sequence.isAsExpected());
    }

    void falseClassAndWildNumberAreNoMessages()
    {
        const ClassDraw draw(shares, 1, 0);
        ClassTracker tracker(draw);
        const std::uint64_t common = draw.firstFrom(0, 0);
        QVERIFY(!tracker.follow(common, 1).isOfTheClass);
        QVERIFY(!tracker.follow(common, 17).isOfTheClass);
        QVERIFY(!tracker.follow(draw.firstFrom(std::uint64_t{1} << 60, 0), 0).isOfTheClass);
        QVERIFY(tracker.follow(common, 0).isOfTheClass);
    }
};

QTEST_GUILESS_MAIN(TestMessageClasses)
#include "tst_message_classes.moc"
