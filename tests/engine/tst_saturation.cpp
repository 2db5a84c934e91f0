#include "tests/support/run_fixture.h"

#include <QtTest>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// A receiver that computes for 100 us cannot take quite 10 k/s.
Experiment slowReceiver(const std::string& mechanism = "pipe", Exchange exchange = Exchange::OneWay)
{
    Experiment experiment = shortExperiment(mechanism, exchange);
    experiment.duration = 20s;
    experiment.receiverWork = 100us;
    experiment.load.profile = "saturate";
    experiment.load.options = {};
    experiment.load.options.set("start_rate", "1 k/s");
    experiment.load.options.set("step_time", "200 ms");
    experiment.load.options.set("limit", "5 ms");
    experiment.load.options.set("resolution", "10 %");
    return experiment;
}

/// On a shared machine the host's own pauses reach the 99th percentile, and waking a receiver up may take as
/// long as its work, whatever is asked for.
Experiment undisturbed(Experiment experiment)
{
    experiment.load.options.set("percentile", "p50");
    if (experiment.shape.senders == 1) // more would take the cores from each other
        experiment.wait = Wait::Spin;
    return experiment;
}

QString told(const RunResult& result)
{
    QString text = QString::fromStdString(result.saturation ? result.saturation->sentence() : "nothing");
    for (const LoggedEvent& event : result.events)
        text += "\n" + QString::fromStdString(event.text);
    return text;
}

} // namespace

/// The load profile that looks for the highest rate that keeps a limit, on real processes whose answer is
/// known.
class TestSaturation final : public QObject {
    Q_OBJECT

private slots:
    void aSlowReceiverSaturatesWhereItsWorkSays_data();
    void aSlowReceiverSaturatesWhereItsWorkSays();
    void aFailingStepLeavesNothingForTheNext();
    void everyStepIsAnEvent();
    void aStartRateThatIsTooHighIsSaid();
    void aRunThatEndsBeforeAnyStepFailsSaysSo();
    void whatCannotBeSteeredIsRefused_data();
    void whatCannotBeSteeredIsRefused();
};

void TestSaturation::aSlowReceiverSaturatesWhereItsWorkSays_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<bool>("isRoundTrip");
    QTest::addColumn<unsigned>("senders");
    QTest::addRow("pipe") << "pipe" << false << 1U;
    QTest::addRow("round trip") << "unix_stream" << true << 1U;
    QTest::addRow("three senders") << "unix_seqpacket" << false << 3U;
    QTest::addRow("messages may be lost") << "udp" << false << 1U;
}

void TestSaturation::aSlowReceiverSaturatesWhereItsWorkSays()
{
    QFETCH(QString, mechanism);
    QFETCH(bool, isRoundTrip);
    QFETCH(unsigned, senders);
    Experiment experiment =
        slowReceiver(mechanism.toStdString(), isRoundTrip ? Exchange::RoundTrip : Exchange::OneWay);
    if (senders > 1) {
        experiment.shape.kind = ShapeKind::FanIn;
        experiment.shape.senders = senders;
    }
    const FollowedRun run = follow(undisturbed(experiment));
    QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
    QCOMPARE(run.result.summary.outcome, RunOutcome::Finished);
    QVERIFY2(violatedChecks(run.result).empty(), violatedChecks(run.result).c_str());
    QVERIFY(run.result.saturation);
    const Saturation& found = *run.result.saturation;
    QVERIFY2(found.isComplete && found.kept && found.failed, qPrintable(told(run.result)));
    // Where others want the cores too, less is kept. At 5 % more than the work allows, a step of 200 ms ends
    // with a backlog of 10 ms: half of its messages have seen less than 5.
    QVERIFY2(found.kept->asked <= 10'500 && found.kept->asked >= 4'000, qPrintable(told(run.result)));
    // It ends when it knows, not when its time is over.
    QVERIFY2(run.result.summary.seconds < 15, qPrintable(QString::number(run.result.summary.seconds)));
}

/// At 20 k/s the pipe fills with a tenth of a second's work, which the step after it must not see.
void TestSaturation::aFailingStepLeavesNothingForTheNext()
{
    const FollowedRun run = follow(undisturbed(slowReceiver()));
    QVERIFY(!run.failure && run.result.saturation);
    const std::vector<SaturationStep>& steps = run.result.saturation->steps;
    const auto slowest = std::ranges::max_element(steps, {}, &SaturationStep::latency);
    QVERIFY2(slowest->latency > 20ms, qPrintable(told(run.result)));
    const auto after = std::ranges::find(slowest, steps.end(), StepVerdict::Kept, &SaturationStep::verdict);
    QVERIFY2(after != steps.end() && after->latency < 5ms, qPrintable(told(run.result)));
    // What was asked for came, as near as a step is judged that is kept, and no more.
    const double share = after->reached / after->asked;
    QVERIFY2(share > 0.85 && share < 1.05, qPrintable(told(run.result)));
}

void TestSaturation::everyStepIsAnEvent()
{
    Experiment experiment = slowReceiver();
    experiment.duration = 1500ms;
    const FollowedRun run = follow(experiment);
    QVERIFY(!run.failure && run.result.saturation);
    const auto events = std::ranges::count(run.result.events, EventKind::Step, &LoggedEvent::kind);
    QCOMPARE(static_cast<std::size_t>(events), run.result.saturation->steps.size());
    QVERIFY(events >= 2);
    const auto answer =
        std::ranges::find(run.result.events, run.result.saturation->sentence(), &LoggedEvent::text);
    QVERIFY(answer != run.result.events.end());
}

void TestSaturation::aStartRateThatIsTooHighIsSaid()
{
    Experiment experiment = slowReceiver();
    experiment.load.options.set("start_rate", "40 k/s");
    const FollowedRun run = follow(experiment);
    QVERIFY(!run.failure && run.result.saturation);
    QVERIFY2(run.result.saturation->sentence().starts_with(
                 "does not keep p99 under 5 ms even in the first step: at 40 k/s"),
             qPrintable(told(run.result)));
    QCOMPARE(run.result.saturation->steps.size(), std::size_t{2}); // it was tried once more
}

void TestSaturation::aRunThatEndsBeforeAnyStepFailsSaysSo()
{
    Experiment experiment = undisturbed(slowReceiver());
    experiment.duration = 700ms;
    experiment.load.options.set("growth", "1.1");
    const FollowedRun run = follow(experiment);
    QVERIFY(!run.failure && run.result.saturation);
    QVERIFY(!run.result.saturation->isComplete);
    QCOMPARE(run.result.summary.outcome, RunOutcome::Finished);
    QVERIFY2(run.result.saturation->sentence().find("before the run ended") != std::string::npos,
             qPrintable(told(run.result)));
}

void TestSaturation::whatCannotBeSteeredIsRefused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("sentence");
    QTest::addRow("count") << "messages"
                           << "1000"
                           << "messages must be 0 where load.profile is saturate, which ends the run itself";
    QTest::addRow("step too short")
        << "load.step_time"
        << "20 ms"
        << "load.step_time must be at least 100 ms at a start_rate of 1 k/s, not 20 ms: p99 takes "
           "100 messages a step";
    QTest::addRow("limit too long")
        << "load.limit"
        << "200 ms"
        << "load.limit must be at most half the step_time of 200 ms, not 200 ms: a step must show "
           "whether the response time keeps growing";
    QTest::addRow("unknown percentile")
        << "load.percentile"
        << "p95"
        << "load.percentile must be p50, p90, p99 or p99.9, not \"p95\"; did you mean \"p90\"?";
}

void TestSaturation::whatCannotBeSteeredIsRefused()
{
    QFETCH(QString, key);
    QFETCH(QString, text);
    QFETCH(QString, sentence);
    Experiment experiment = slowReceiver();
    QVERIFY(!setKey(experiment, key.toStdString(), text.toStdString()));
    const std::vector<Problem> found = problems(experiment);
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(found.front().sentence), sentence);
}

QTEST_GUILESS_MAIN(TestSaturation)
#include "tst_saturation.moc"
