#include "engine/experiment/experiment_file.h"
#include "engine/run/processes/deadlock_detector.h"
#include "tests/support/run_fixture.h"

#include <QtTest>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// What a run told about deadlocks until it was over, or until it had been under load for so long.
std::vector<DeadlockFound> deadlocksOf(const Experiment& experiment, Nanoseconds patience)
{
    std::vector<DeadlockFound> found;
    follow(experiment, [&](Run& run, const RunEvent& event) {
        if (const auto* deadlock = std::get_if<DeadlockFound>(&event))
            found.push_back(*deadlock);
        if (std::holds_alternative<SampleTaken>(event) && (run.elapsed() > patience || !found.empty()))
            run.stop();
    });
    return found;
}

Experiment longRoundTrip(const std::string& mechanism)
{
    Experiment experiment = shortExperiment(mechanism, Exchange::RoundTrip);
    experiment.duration = 30s;
    return experiment;
}

} // namespace

class TestDeadlock final : public QObject {
    Q_OBJECT

private slots:
    // S43: two processes, each writing more than both buffers hold.
    void bothSidesBlockedAreFoundWithinTwoSeconds_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<QString>("wait");
        for (const char* mechanism :
             {"pipe", "fifo", "unix_stream", "unix_seqpacket", "posix_mq", "shm_ring"})
            QTest::addRow("%s, block", mechanism) << mechanism << "block";
        QTest::newRow("pipe, poll") << "pipe"
                                    << "poll";
        QTest::newRow("pipe, spin") << "pipe"
                                    << "spin";
    }
    void bothSidesBlockedAreFoundWithinTwoSeconds()
    {
        QFETCH(QString, mechanism);
        QFETCH(QString, wait);
        Experiment experiment = longRoundTrip(mechanism.toStdString());
        QVERIFY(!setKey(experiment, "wait", wait.toStdString()));
        QVERIFY(!setKey(experiment, "round_trip.ahead", "1000000"));
        const std::vector<DeadlockFound> found = deadlocksOf(experiment, 20s);
        QCOMPARE(found.size(), std::size_t{1});
        QVERIFY2(found.front().at < 2s, qPrintable(QString::number(found.front().at.count())));
        QCOMPARE(found.front().graph.workers, (std::vector<std::string>{"sender", "receiver"}));
        for (const WaitEdge& edge : found.front().graph.edges)
            QVERIFY2(edge.what.starts_with("room in"), edge.what.c_str());
        QCOMPARE(found.front().graph.edges.size(), std::size_t{2});
    }

    void askingAheadWithinTheRoomIsNoDeadlock()
    {
        Experiment experiment = shortExperiment("pipe", Exchange::RoundTrip);
        experiment.questionsAhead = 64;
        experiment.messages = 6'400;
        const FollowedRun run = follow(experiment);
        QCOMPARE(run.result.summary.messagesReceived, std::uint64_t{6'400});
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    }

    void aCountedRunThatCannotGoOnEnds()
    {
        Experiment experiment = longRoundTrip("pipe");
        experiment.questionsAhead = 100'000;
        experiment.messages = 100'000;
        const FollowedRun run = follow(experiment);
        QVERIFY(std::ranges::any_of(
            run.result.events, [](const LoggedEvent& event) { return event.kind == EventKind::Deadlock; }));
    }

    // S43: a parent that waits for its child's end before it reads what that has written.
    void whoWaitsBeforeItReadsIsFoundWithinTwoSeconds_data()
    {
        QTest::addColumn<QString>("mechanism");
        for (const char* mechanism : {"pipe", "unix_stream", "sysv_mq", "shared_memory"})
            QTest::newRow(mechanism) << mechanism;
    }
    void whoWaitsBeforeItReadsIsFoundWithinTwoSeconds()
    {
        QFETCH(QString, mechanism);
        Experiment experiment = shortExperiment(mechanism.toStdString());
        experiment.reads = ReadOrder::AfterSender;
        experiment.duration = 30s;
        const std::vector<DeadlockFound> found = deadlocksOf(experiment, 20s);
        QCOMPARE(found.size(), std::size_t{1});
        QVERIFY2(found.front().at < 2s, qPrintable(QString::number(found.front().at.count())));
        QCOMPARE(found.front().graph.edges.size(), std::size_t{2});
        QVERIFY(found.front().graph.edges[0].what.starts_with("room in"));
        QCOMPARE(found.front().graph.edges[1].what, std::string("the sender's end before it reads"));
    }

    void whatFitsIsReadAfterTheSendersEnd()
    {
        Experiment experiment = shortExperiment("pipe");
        experiment.reads = ReadOrder::AfterSender;
        experiment.warmUp = 0s;
        experiment.messages = 100;
        const RunResult result = follow(experiment).result;
        QCOMPARE(result.summary.messagesReceived, std::uint64_t{100});
        QCOMPARE(result.deadlocks.size(), std::size_t{0});
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
    }

    void thePresetShowsBoth()
    {
        const std::vector<Preset> presets = allPresets();
        const auto preset = std::ranges::find(presets, std::string("wait-before-read"), &Preset::id);
        QVERIFY(preset != presets.end());
        const std::vector<Experiment> variants = readExperiments(preset->path).experiments;
        QCOMPARE(variants.size(), std::size_t{2});
        QCOMPARE(follow(variants[0]).result.deadlocks.size(), std::size_t{0});
        QCOMPARE(follow(variants[1]).result.deadlocks.size(), std::size_t{1});
    }

    void aWindowThatEndsInADeadlockIsNoLongerThanAsked()
    {
        Experiment experiment = longRoundTrip("pipe");
        experiment.duration = 3s;
        QVERIFY(!setKey(experiment, "round_trip.ahead", "1000000"));
        const RunResult result = follow(experiment).result;
        QCOMPARE(result.deadlocks.size(), std::size_t{1});
        QVERIFY2(result.summary.seconds < 3.3, qPrintable(QString::number(result.summary.seconds)));
    }

    void theWindowsEndBreaksAWaitBeforeRead()
    {
        Experiment experiment = shortExperiment("pipe");
        experiment.reads = ReadOrder::AfterSender;
        experiment.warmUp = 0s; // else all that fits in is of the warm-up
        const RunResult result = follow(experiment).result;
        QCOMPARE(result.summary.outcome, RunOutcome::Finished);
        QVERIFY(result.summary.messagesReceived > 0);
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
    }

    void aReceiverThatTakesFiveSecondsForAMessageIsNone()
    {
        Experiment experiment = longRoundTrip("pipe");
        experiment.receiverWork = 5s;
        QCOMPARE(deadlocksOf(experiment, 7s).size(), std::size_t{0});
    }

    void aStoppedWorkerIsNone()
    {
        for (const Exchange exchange : {Exchange::OneWay, Exchange::RoundTrip}) {
            Experiment experiment = shortExperiment("pipe", exchange);
            experiment.duration = 30s;
            experiment.faults = {{.kind = FaultKind::Stop, .target = "receiver", .at = 100ms}};
            QCOMPARE(deadlocksOf(experiment, 3s).size(), std::size_t{0});
        }
    }

    void aPacingSenderIsNone()
    {
        Experiment experiment = shortExperiment("posix_mq", Exchange::RoundTrip);
        experiment.duration = 30s;
        QVERIFY(!setKey(experiment, "load.profile", "constant"));
        QVERIFY(!setKey(experiment, "load.rate", "0.3 /s"));
        QCOMPARE(deadlocksOf(experiment, 4s).size(), std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestDeadlock)
#include "tst_deadlock.moc"
