#include "engine/measure/histogram.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>

using namespace ipclab;

namespace {

std::vector<std::uint64_t> randomLatencies(std::size_t count, unsigned seed)
{
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> latency(9.0, 2.5);
    std::vector<std::uint64_t> values;
    for (std::size_t index = 0; index < count; ++index)
        values.push_back(static_cast<std::uint64_t>(latency(random)));
    return values;
}

LatencyCounts countsOf(const std::vector<std::uint64_t>& values)
{
    const auto histogram = std::make_unique<SharedHistogram>();
    for (const std::uint64_t value : values)
        histogram->record(value);
    return histogram->copy();
}

double exactPercentile(std::vector<std::uint64_t> values, double share)
{
    std::sort(values.begin(), values.end());
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return static_cast<double>(values[std::max<std::size_t>(rank, 1) - 1]);
}

} // namespace

class TestHistogram final : public QObject {
    Q_OBJECT

private slots:
    void everyBucketHoldsItsOwnBounds()
    {
        for (std::size_t bucket = 0; bucket < LatencyGrid::bucketCount; ++bucket) {
            const std::uint64_t low = LatencyGrid::lowerBound(bucket);
            const std::uint64_t high = LatencyGrid::lowerBound(bucket + 1) - 1;
            QCOMPARE(LatencyGrid::indexOf(low), bucket);
            QCOMPARE(LatencyGrid::indexOf(high), bucket);
            QVERIFY(high == low || static_cast<double>(high - low) / static_cast<double>(low) < 0.0079);
        }
    }

    void recordingByOneIsAsSharedRecording()
    {
        const std::vector<std::uint64_t> values = randomLatencies(1000, 3);
        LatencyCounts recorded;
        for (const std::uint64_t value : values)
            recorded.record(Nanoseconds(static_cast<std::int64_t>(value)));
        QCOMPARE(recorded, countsOf(values));
    }

    void percentilesAgreeWithSorting()
    {
        const std::vector<std::uint64_t> values = randomLatencies(200'000, 7);
        const LatencyCounts counts = countsOf(values);
        QCOMPARE(counts.total, std::uint64_t{values.size()});
        for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
            const double exact = exactPercentile(values, share);
            const auto found = static_cast<double>(counts.percentile(share).count());
            QVERIFY2(std::abs(found - exact) <= exact * 0.0079 + 1,
                     qPrintable(QString("%1: %2 for %3").arg(share).arg(found).arg(exact)));
        }
    }

    void extremesAndMeanAreExact()
    {
        const std::vector<std::uint64_t> values = randomLatencies(5'000, 8);
        const LatencySummary summary = countsOf(values).summary();
        std::uint64_t sum = 0;
        for (const std::uint64_t value : values)
            sum += value;
        QCOMPARE(static_cast<std::uint64_t>(summary.min.count()), *std::ranges::min_element(values));
        QCOMPARE(static_cast<std::uint64_t>(summary.max.count()), *std::ranges::max_element(values));
        QCOMPARE(static_cast<std::uint64_t>(summary.mean.count()), sum / values.size());
    }

    void intervalIsTheDifferenceOfTwoCopies()
    {
        const std::vector<std::uint64_t> first = randomLatencies(3'000, 9);
        const std::vector<std::uint64_t> second = randomLatencies(4'000, 10);
        const auto histogram = std::make_unique<SharedHistogram>();
        for (const std::uint64_t value : first)
            histogram->record(value);
        const LatencyCounts earlier = histogram->copy();
        histogram->forgetExtremes();
        for (const std::uint64_t value : second)
            histogram->record(value);
        const LatencyCounts between = histogram->copy().since(earlier);
        const LatencyCounts expected = countsOf(second);
        QCOMPARE(between.total, expected.total);
        QCOMPARE(between.sum, expected.sum);
        QVERIFY(between.counts == expected.counts);
        QCOMPARE(between.max, expected.max);
    }

    void addingIsTheSameAsRecordingTogether()
    {
        std::vector<std::uint64_t> all = randomLatencies(1'000, 11);
        const std::vector<std::uint64_t> more = randomLatencies(2'000, 12);
        LatencyCounts sum = countsOf(all);
        sum.add(countsOf(more));
        all.insert(all.end(), more.begin(), more.end());
        QVERIFY(sum == countsOf(all));
    }

    void nothingRecordedGivesAnEmptySummary()
    {
        QVERIFY(LatencyCounts().summary() == LatencySummary());
        QVERIFY(countsOf({}).summary() == LatencySummary());
    }

    void longerThanTheGridIsKeptInTheMaximum()
    {
        const std::uint64_t tenMinutes = 600'000'000'000;
        const LatencySummary summary = countsOf({5, tenMinutes}).summary();
        QCOMPARE(static_cast<std::uint64_t>(summary.max.count()), tenMinutes);
        QCOMPARE(summary.count, std::uint64_t{2});
    }
};

QTEST_GUILESS_MAIN(TestHistogram)
#include "tst_histogram.moc"
