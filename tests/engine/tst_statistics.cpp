#include "engine/measure/statistics.h"

#include "engine/base/split_mix.h"

#include <QtTest>

#include <algorithm>
#include <numeric>

using namespace ipclab;

namespace {

std::vector<double> upTo(int count)
{
    std::vector<double> values(static_cast<std::size_t>(count));
    std::iota(values.begin(), values.end(), 1.0);
    return values;
}

MedianInterval interval(double low, double high, std::size_t trials)
{
    MedianInterval found = medianInterval(upTo(static_cast<int>(trials)));
    found.median = (low + high) / 2;
    found.low = low;
    found.high = high;
    return found;
}

} // namespace

/// Medians of trials, and what may be concluded from them.
class TestStatistics final : public QObject {
    Q_OBJECT

private slots:
    /// Tables of the binomial distribution: from the rank-th smallest to the rank-th largest of n values.
    void theIntervalIsThatOfTheTables_data()
    {
        QTest::addColumn<int>("trials");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<double>("confidence");
        QTest::newRow("one says nothing") << 1 << 1.0 << 1.0 << 0.0;
        QTest::newRow("two") << 2 << 1.0 << 2.0 << 0.5;
        QTest::newRow("five are not quite enough") << 5 << 1.0 << 5.0 << 0.9375;
        QTest::newRow("six are") << 6 << 1.0 << 6.0 << 0.96875;
        QTest::newRow("eight need all") << 8 << 1.0 << 8.0 << 0.9921875;
        QTest::newRow("nine can spare two") << 9 << 2.0 << 8.0 << 0.9609375;
        QTest::newRow("twenty") << 20 << 6.0 << 15.0 << 0.958610534667;
        QTest::newRow("a hundred") << 100 << 40.0 << 61.0 << 0.964799799782;
    }
    void theIntervalIsThatOfTheTables()
    {
        QFETCH(const int, trials);
        std::vector<double> values = upTo(trials);
        std::ranges::reverse(values);
        const MedianInterval found = medianInterval(values);
        QCOMPARE(found.median, (1 + trials) / 2.0);
        QTEST(found.low, "low");
        QTEST(found.high, "high");
        QFETCH(const double, confidence);
        QVERIFY(std::abs(found.confidence - confidence) < 1e-9);
        QCOMPARE(found.trials, static_cast<std::size_t>(trials));
    }

    /// Whatever the distribution: here one of two peaks far apart, as a host with two speeds has.
    void itCoversTheMedianAsOftenAsItSays()
    {
        SplitMix64 random(7);
        int covered = 0;
        constexpr int rounds = 4000;
        for (int round = 0; round < rounds; ++round) {
            std::vector<double> values;
            for (int trial = 0; trial < 9; ++trial) {
                const double drawn = random.uniform();
                values.push_back(drawn < 0.4 ? drawn : 10 + drawn); // its median is 10.5
            }
            const MedianInterval found = medianInterval(values);
            covered += found.low <= 10.5 && found.high >= 10.5 ? 1 : 0;
        }
        const double share = static_cast<double>(covered) / rounds;
        QVERIFY2(std::abs(share - 0.9609375) < 0.012, qPrintable(QString::number(share)));
    }

    void verdicts_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<int>("trials");
        QTest::addColumn<Verdict>("verdict");
        QTest::newRow("clearly more") << 1.2 << 1.4 << 7 << Verdict::More;
        QTest::newRow("clearly less") << 0.5 << 0.7 << 7 << Verdict::Less;
        QTest::newRow("hardly any difference") << 0.97 << 1.04 << 7 << Verdict::Equivalent;
        QTest::newRow("a difference too small to matter") << 1.01 << 1.04 << 7 << Verdict::Equivalent;
        QTest::newRow("too wide to tell") << 0.9 << 1.2 << 7 << Verdict::Undecided;
        QTest::newRow("more, but perhaps hardly") << 1.01 << 1.2 << 7 << Verdict::More;
        QTest::newRow("four trials decide nothing") << 2.0 << 2.1 << 4 << Verdict::Undecided;
        QTest::newRow("five do") << 2.0 << 2.1 << 5 << Verdict::More;
    }
    void verdicts()
    {
        QFETCH(const double, low);
        QFETCH(const double, high);
        QFETCH(const int, trials);
        const auto count = static_cast<std::size_t>(trials);
        QTEST(verdictOn(interval(low, high, count), 0.05), "verdict");
    }

    /// Who is compared with whom must not matter.
    void turnedAroundItIsTheOtherVerdict()
    {
        for (const auto& [low, high] : {std::pair{1.2, 1.4}, {0.96, 1.049}, {1.01, 1.06}, {0.8, 1.3}}) {
            const Verdict there = verdictOn(interval(low, high, 9), 0.05);
            const Verdict back = verdictOn(interval(1 / high, 1 / low, 9), 0.05);
            QCOMPARE(back, there == Verdict::More   ? Verdict::Less
                           : there == Verdict::Less ? Verdict::More
                                                    : there);
        }
    }
};

Q_DECLARE_METATYPE(ipclab::Verdict)

QTEST_GUILESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
