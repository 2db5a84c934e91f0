#include "tests/support/run_fixture.h"

#include "engine/profiles/load_profile.h"

#include <QtTest>

#include <cmath>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

double offeredBetween(const Experiment& experiment, Nanoseconds begin, Nanoseconds end)
{
    const Load load = completed(experiment).load;
    const LoadProfile& profile = *findLoadProfile(load.profile);
    return profile.dueBefore(load.options, end) - profile.dueBefore(load.options, begin);
}

double shareOf(const WorkerResult& worker, WorkerState state)
{
    return static_cast<double>(worker.time[state].count()) / static_cast<double>(worker.wall.count());
}

} // namespace

/// Load profiles at work: real processes, real time.
class TestPacedRun final : public QObject {
    Q_OBJECT

private slots:
    void aRunSendsWhatTheProfileOffers_data();
    void aRunSendsWhatTheProfileOffers();
    void thinkingIsPacing_data();
    void thinkingIsPacing();
    void whoSendsInBatchesSleepsInBetween();
};

void TestPacedRun::aRunSendsWhatTheProfileOffers_data()
{
    QTest::addColumn<QString>("profile");
    QTest::addColumn<QMap<QString, QString>>("options");
    using Map = QMap<QString, QString>;
    QTest::newRow("poisson") << "poisson" << Map{{"rate", "2 k/s"}};
    QTest::newRow("ramp") << "ramp" << Map{{"from", "0 /s"}, {"to", "4 k/s"}, {"over", "1 s"}};
    QTest::newRow("step") << "step" << Map{{"steps", "1 k/s for 200 ms, 4 k/s for 100 ms"}};
    QTest::newRow("burst") << "burst"
                           << Map{{"base_rate", "0 /s"}, {"burst_rate", "5 k/s"}, {"period", "250 ms"}};
    QTest::newRow("sine") << "sine" << Map{{"mean_rate", "2 k/s"}, {"period", "300 ms"}};
    QTest::newRow("trace") << "trace" << Map{{"speed", "2"}};
    QTest::newRow("spike") << "spike" << Map{{"spike_rate", "9 k/s"}, {"at", "300 ms"}, {"length", "150 ms"}};
}

void TestPacedRun::aRunSendsWhatTheProfileOffers()
{
    QFETCH(QString, profile);
    using Map = QMap<QString, QString>;
    QFETCH(Map, options);
    Experiment experiment = shortExperiment("pipe");
    experiment.warmUp = 150ms; // the window opens and closes between two bursts
    experiment.duration = 2s;
    experiment.load.profile = profile.toStdString();
    for (auto option = options.begin(); option != options.end(); ++option)
        experiment.load.options.set(option.key().toStdString(), option.value().toStdString());
    const FollowedRun run = follow(experiment);
    QVERIFY(!run.failure);

    // Where other programs want the processor too, messages may be late as the window opens and closes.
    constexpr Nanoseconds lateness = 100ms;
    const Nanoseconds begin = experiment.warmUp;
    const Nanoseconds end = begin + experiment.duration;
    const double least = offeredBetween(experiment, begin, end - lateness);
    const double most = offeredBetween(experiment, begin - lateness, end);
    // A trace says of every mark how many were due, and of the time between two of them roughly.
    const double chance = profile == "poisson" ? 5 * std::sqrt(most) : profile == "trace" ? 50 : 2;
    const auto sent = static_cast<double>(run.result.summary.messagesSent);
    QVERIFY2(sent >= least - chance && sent <= most + chance,
             qPrintable(QString("%1, not from %2 to %3").arg(sent).arg(least).arg(most)));
    QVERIFY2(violatedChecks(run.result).empty(), violatedChecks(run.result).c_str());
}

void TestPacedRun::thinkingIsPacing_data()
{
    QTest::addColumn<bool>("isRoundTrip");
    QTest::newRow("one-way") << false;
    QTest::newRow("round trip") << true;
}

void TestPacedRun::thinkingIsPacing()
{
    QFETCH(bool, isRoundTrip);
    Experiment experiment = shortExperiment("pipe", isRoundTrip ? Exchange::RoundTrip : Exchange::OneWay);
    experiment.duration = 1s;
    experiment.load.options.set("think_time", "40 ms");
    const FollowedRun run = follow(experiment);
    QVERIFY(!run.failure);
    const RunSummary& summary = run.result.summary;
    QVERIFY2(summary.messagesSent >= 5 && summary.messagesSent <= 26,
             qPrintable(QString::number(summary.messagesSent)));
    // A thinker that wants to go on may have to wait for a core.
    const WorkerResult& sender = worker(run.result, "sender");
    const double pacing = shareOf(sender, WorkerState::Pacing);
    QVERIFY2(pacing > 0.5 && pacing + shareOf(sender, WorkerState::Ready) > 0.8,
             qPrintable(QString::number(pacing)));
    // In a closed loop a message is due when it goes: thinking is no latency.
    QVERIFY2(summary.response.p50 < 40ms, qPrintable(QString::number(summary.response.p50.count())));
}

void TestPacedRun::whoSendsInBatchesSleepsInBetween()
{
    Experiment experiment = shortExperiment("pipe", Exchange::FullDuplex);
    experiment.duration = 1s;
    experiment.load.profile = "constant";
    experiment.load.pacing = Pacing::Economy;
    experiment.load.options.set("rate", "2 k/s");
    const FollowedRun run = follow(experiment);
    QVERIFY(!run.failure);
    for (const WorkerResult& peer : run.result.workers) {
        const double busy =
            static_cast<double>((peer.user + peer.system).count()) / static_cast<double>(peer.wall.count());
        QVERIFY2(busy < 0.2, qPrintable(QString::number(busy)));
    }
}

QTEST_GUILESS_MAIN(TestPacedRun)
#include "tst_paced_run.moc"
