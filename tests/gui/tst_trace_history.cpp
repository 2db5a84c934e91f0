#include "gui/charts/trace_history.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace ipclab;

namespace {

struct Sample {
    double seconds;
    double value;
};

/// What a bucket must hold, found by looking at every sample.
TraceBucket bruteForce(const std::vector<Sample>& samples, double from, double to)
{
    TraceBucket bucket;
    for (const Sample& sample : samples) {
        if (sample.seconds < from || sample.seconds >= to)
            continue;
        if (std::isnan(sample.value))
            bucket.gap = 1;
        const auto value = static_cast<float>(sample.value);
        if (!std::isnan(sample.value))
            bucket.add({.low = value, .high = value, .sum = value, .count = 1});
    }
    return bucket;
}

bool agree(const TraceBucket& a, const TraceBucket& b)
{
    return a.count == b.count && a.gap == b.gap && a.low == b.low && a.high == b.high &&
           std::abs(a.sum - b.sum) <= 1e-5F * (1 + std::abs(a.sum)); // sums of floats, in another order
}

std::vector<Sample> randomSamples(double length, double interval)
{
    std::mt19937 random(7);
    std::uniform_real_distribution<double> value(-5, 100);
    std::uniform_real_distribution<double> jitter(0.2, 1.8);
    std::vector<Sample> samples;
    for (double seconds = 0; seconds < length; seconds += interval * jitter(random))
        samples.push_back({seconds, random() % 50 == 0 ? std::nan("") : value(random)});
    return samples;
}

} // namespace

class TraceHistoryTest : public QObject {
    Q_OBJECT

private slots:
    void everyResolutionHoldsWhatWasPushed_data()
    {
        QTest::addColumn<double>("length");
        QTest::addColumn<double>("interval");
        QTest::newRow("within the finest ring") << 30.0 << 0.033;
        QTest::newRow("many samples in a bucket") << 5.0 << 0.0005;
        QTest::newRow("rings were widened") << 700.0 << 0.05;
        QTest::newRow("few samples") << 5000.0 << 9.0;
    }

    void everyResolutionHoldsWhatWasPushed()
    {
        QFETCH(double, length);
        QFETCH(double, interval);
        const std::vector<Sample> samples = randomSamples(length, interval);
        TraceHistory history;
        for (const Sample& sample : samples)
            history.push(sample.seconds, sample.value);

        const double last = samples.back().seconds;
        for (const double columnSeconds : {0.0, 0.02, 0.1, 0.5, 3.0}) {
            for (const double from : {0.0, last * 0.7, last - 1}) {
                const BucketRing& ring = history.ringFor(columnSeconds, from);
                QVERIFY(ring.indexOf(from) >= ring.firstIndex());
                for (std::int64_t index = ring.firstIndex(); index < ring.endIndex(); index += 7) {
                    const double start = static_cast<double>(index) * ring.width();
                    QVERIFY(agree(ring.at(index), bruteForce(samples, start, start + ring.width())));
                }
            }
        }
    }

    void noWindowOfTimeTakesMoreThanHalfARing()
    {
        TraceHistory history;
        for (int sample = 0; sample < 100'000; ++sample)
            history.push(sample / 30.0, 1.0);
        for (const double window : {5.0, 10.0, 30.0, 60.0, 300.0, 3333.0}) {
            const BucketRing& ring = history.ringFor(window / 700, 3333.0 - window);
            QVERIFY2(window / ring.width() <= BucketRing::capacity / 2, qPrintable(QString::number(window)));
        }
    }

    void wholeRunIsRememberedHoweverLongItTakes()
    {
        TraceHistory history;
        history.push(0.5, 42.0);
        for (double seconds = 1; seconds < 1e6; seconds *= 1.01)
            history.push(seconds, 1.0);
        const BucketRing& ring = history.ringFor(0.0, 0.0);
        QCOMPARE(ring.firstIndex(), 0);
        QCOMPARE(ring.at(0).high, 42.0F);
        QVERIFY(ring.endIndex() <= BucketRing::capacity);
    }

    void impossibleTimesAreIgnored()
    {
        TraceHistory history;
        for (const double seconds : {-1.0, std::nan(""), HUGE_VAL, 1e300})
            history.push(seconds, 1.0);
        QCOMPARE(history.ringFor(0.0, 0.0).endIndex(), 0);
        QVERIFY(std::isnan(history.valueNear(0.0, 10.0)));
    }

    void lateSamplesReachTheirBucket()
    {
        TraceHistory history;
        history.push(10.0, 1.0);
        history.push(5.0, 3.0);
        QCOMPARE(history.valueNear(5.0, 0.01), 3.0);
    }

    void valueNearTakesTheNearest()
    {
        TraceHistory history;
        history.push(1.0, 10.0);
        history.push(2.0, 20.0);
        QCOMPARE(history.valueNear(1.4, 1.0), 10.0);
        QCOMPARE(history.valueNear(1.6, 1.0), 20.0);
        QVERIFY(std::isnan(history.valueNear(1.5, 0.1)));
    }

    void clearForgetsEverything()
    {
        TraceHistory history;
        history.push(500.0, 1.0);
        history.clear();
        QCOMPARE(history.ringFor(100.0, 0.0).width(), TraceHistory::finestWidth);
        QVERIFY(std::isnan(history.valueNear(500.0, 1.0)));
    }
};

QTEST_APPLESS_MAIN(TraceHistoryTest)
#include "tst_trace_history.moc"
