#include "engine/mechanisms/catalog.h"
#include "tests/support/fault_run.h"
#include "tests/support/run_test.h"

#include <QtTest>

#include <unistd.h>

#include <csignal>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// Long enough for the faults; ended by who has seen what came of them.
Experiment experimentWith(const std::string& mechanism, const std::vector<std::string>& faults)
{
    Experiment experiment = shortExperiment(mechanism);
    experiment.duration = 20s;
    addFaults(experiment, faults);
    return experiment;
}

void addMechanismRows()
{
    QTest::addColumn<QString>("mechanism");
    for (const Mechanism* mechanism : allMechanisms())
        QTest::newRow(mechanism->info().id.c_str()) << QString::fromStdString(mechanism->info().id);
}

} // namespace

class TestFaults final : public RunTest {
    Q_OBJECT

private slots:
    // S42: three ways to lose a reader.

    void aReaderThatExitsIsToldByEpipe()
    {
        const RunResult result = followUntilKnown(experimentWith("pipe", {"kill receiver at 100 ms"}), 1);
        QCOMPARE(outcomeOf(result), std::string("peer_told"));
        QVERIFY2(says(result, "The receiver exited") && says(result, "EPIPE"), told(result).c_str());
        QCOMPARE(result.workers[0].errors.at("EPIPE"), std::uint64_t{1});
    }

    void aReaderThatIsStoppedBlocksTheWriter()
    {
        const RunResult result = followUntilKnown(experimentWith("pipe", {"stop receiver at 100 ms"}), 1);
        QCOMPARE(outcomeOf(result), std::string("peer_blocks"));
        QVERIFY2(says(result, "state T") && says(result, "sender blocks"), told(result).c_str());
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
    }

    void aReaderWhoseEndLeakedBlocksTheWriterForEver()
    {
        const RunResult result = followUntilKnown(
            experimentWith("pipe", {"leak receiver at 100 ms", "kill receiver at 200 ms"}), 2);
        QCOMPARE(outcomeOf(result, 1), std::string("peer_blocks_for_ever"));
        const std::string holder = "process " + std::to_string(::getpid());
        QVERIFY2(says(result, "leaked", 1) && says(result, holder, 1) && says(result, "pipe:[", 1),
                 told(result).c_str());
        QVERIFY(result.workers[0].errors.empty() ||
                result.workers[0].errors.contains("EPIPE")); // once the leak is closed
    }

    void whoWasRefusedBeforeItMetItsPeerHasNotBeenToldOfItsEnd()
    {
        Experiment experiment =
            experimentWith("unix_stream", {"leak receiver at 100 ms", "kill receiver at 200 ms"});
        experiment.rendezvous = Rendezvous::ByName;
        experiment.start = StartOrder::SenderEarly;
        experiment.mechanismOptions.set("name", "abstract");
        const RunResult result = followUntilKnown(experiment, 2);
        QVERIFY2(result.workers[0].errors.contains("ECONNREFUSED"), told(result).c_str());
        QVERIFY2(outcomeOf(result, 1) == "peer_blocks_for_ever", told(result).c_str());
    }

    void ofTwoThatMakeAReceiverSlowTheGreaterCounts()
    {
        const RunResult result =
            followUntilKnown(experimentWith("posix_mq", {"slow receiver at 100 ms by 20 ms",
                                                         "slow receiver at 100 ms by 1 ms"}),
                             2);
        // Twenty-five in half a second, and what was on its way when they began.
        const std::uint64_t received = receivedAfter(result, 200ms);
        QVERIFY2(received < 150, qPrintable(QString::number(received)));
    }

    void everyMechanismTellsOfAKilledReceiver_data() { addMechanismRows(); }
    void everyMechanismTellsOfAKilledReceiver()
    {
        QFETCH(QString, mechanism);
        const RunResult result =
            followUntilKnown(experimentWith(mechanism.toStdString(), {"kill receiver at 100 ms"}), 1);
        const bool isNoticed =
            findMechanism(mechanism.toStdString())->info().traits.peerExit == PeerExit::Noticed;
        // Datagrams may meet ECONNREFUSED before the supervisor says so.
        QVERIFY2(outcomeOf(result) == "peer_told" ||
                     (!isNoticed && outcomeOf(result) == "peer_told_by_supervisor"),
                 told(result).c_str());
    }

    /// One read takes all notifications there are: those in its hands go with the receiver.
    void notificationsThatAKilledReceiverHadTakenAreExplained()
    {
        Experiment experiment = experimentWith("eventfd", {"kill receiver at 150 ms"});
        experiment.mechanismOptions.set("mode", "counter");
        experiment.receiverWork = 20us; // so that many are taken at once
        experiment.warmUp = 0s;         // which all that are under way would else be of
        const RunResult result = followUntilKnown(experiment, 1);
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY(result.summary.messagesQueued > 0);
    }

    void everyMechanismTellsOfAKilledSender_data() { addMechanismRows(); }
    void everyMechanismTellsOfAKilledSender()
    {
        QFETCH(QString, mechanism);
        const RunResult result =
            followUntilKnown(experimentWith(mechanism.toStdString(), {"kill sender at 100 ms"}), 1);
        const bool isNoticed =
            findMechanism(mechanism.toStdString())->info().traits.peerExit == PeerExit::Noticed;
        QVERIFY2(outcomeOf(result) == (isNoticed ? "peer_told" : "peer_told_by_supervisor"),
                 told(result).c_str());
    }

    void aStoppedReceiverHoldsUpWhoeverCannotLose_data() { addMechanismRows(); }
    void aStoppedReceiverHoldsUpWhoeverCannotLose()
    {
        QFETCH(QString, mechanism);
        const RunResult result =
            followUntilKnown(experimentWith(mechanism.toStdString(), {"stop receiver at 100 ms"}), 1);
        const Traits& traits = findMechanism(mechanism.toStdString())->info().traits;
        // What neither has room nor notices anybody holds nobody up: there is no channel.
        const bool isChannel = result.capacity || traits.peerExit == PeerExit::Noticed;
        const bool holds = isChannel && traits.loss == Loss::Never;
        QVERIFY2(outcomeOf(result) == (holds ? "peer_blocks" : "peer_goes_on"), told(result).c_str());
        QCOMPARE(result.workers[1].exit, std::string("finished")); // it was let go on in the end
    }

    void aClosedEndIsToldWhereTheKernelNotices_data()
    {
        QTest::addColumn<QString>("mechanism");
        // Datagrams tell by ECONNREFUSED, a ring by nothing: as of a killed receiver.
        for (const Mechanism* mechanism : allMechanisms())
            if (const MechanismInfo& info = mechanism->info();
                info.traits.peerExit == PeerExit::Noticed || info.id == "posix_mq")
                QTest::newRow(info.id.c_str()) << QString::fromStdString(info.id);
    }
    void aClosedEndIsToldWhereTheKernelNotices()
    {
        QFETCH(QString, mechanism);
        const Traits& traits = findMechanism(mechanism.toStdString())->info().traits;
        const RunResult result =
            followUntilKnown(experimentWith(mechanism.toStdString(), {"close receiver at 100 ms"}), 1);
        // A signal goes to a process: as long as that lives, its end cannot be closed.
        const bool isNoticed = traits.peerExit == PeerExit::Noticed && mechanism != "signal";
        QVERIFY2(outcomeOf(result) == (isNoticed ? "peer_told" : "peer_blocks_for_ever"),
                 told(result).c_str());
        QCOMPARE(result.workers[1].exit, std::string("finished"));
    }

    /// Who gets a core only late finds the order there when it starts.
    void anEndMayBeClosedBeforeTheFirstMessage()
    {
        for (int i = 0; i < 5; ++i) {
            const RunResult result = followUntilKnown(experimentWith("pipe", {"close receiver at 0 ms"}), 1);
            QVERIFY2(outcomeOf(result) == "peer_told", told(result).c_str());
            QCOMPARE(result.workers[1].exit, std::string("finished"));
        }
    }

    void aFilledChannelGoesOnAfterwards_data()
    {
        QTest::addColumn<QString>("mechanism");
        for (const char* mechanism : {"pipe", "unix_stream", "posix_mq", "shm_ring"})
            QTest::newRow(mechanism) << mechanism;
    }
    void aFilledChannelGoesOnAfterwards()
    {
        QFETCH(QString, mechanism);
        Experiment experiment = experimentWith(mechanism.toStdString(), {"fill receiver at 100 ms"});
        experiment.duration = 1s;
        const RunResult result = follow(experiment).result;
        QCOMPARE(outcomeOf(result), std::string("peer_blocks"));
        QVERIFY2(says(result, "full"), told(result).c_str());
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY(receivedAfter(result, 800ms) > 0);
    }

    void aSlowReceiverIsSlowOnlyForSoLong()
    {
        Experiment experiment = experimentWith("pipe", {"slow receiver at 200 ms for 600 ms by 2 ms"});
        experiment.duration = 1500ms;
        const RunResult result = follow(experiment).result;
        QCOMPARE(outcomeOf(result), std::string("peer_blocks"));
        std::uint64_t slowest = UINT64_MAX;
        for (const SeriesPoint& point : result.series)
            if (point.at > 300ms && point.at < 800ms)
                slowest = std::min(slowest, point.received);
        QVERIFY2(slowest <= 40,
                 qPrintable(QString::number(slowest))); // 33 ms hold 16 messages of 2 ms, many more of none
        QVERIFY(receivedAfter(result, 1s) > 500);
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
    }

    void theTimeOfAStopIsNeitherWorkNorWaiting_data()
    {
        QTest::addColumn<std::size_t>("worker");
        for (const char* mechanism : {"pipe", "posix_mq", "shm_ring"}) {
            QTest::addRow("%s sender", mechanism) << std::size_t{0};
            QTest::addRow("%s receiver", mechanism) << std::size_t{1};
        }
    }
    void theTimeOfAStopIsNeitherWorkNorWaiting()
    {
        QFETCH(std::size_t, worker);
        const QStringList words = QString(QTest::currentDataTag()).split(' ');
        Experiment experiment = experimentWith(words[0].toStdString(),
                                               {"stop " + words[1].toStdString() + " at 200 ms for 500 ms"});
        experiment.duration = 1s;
        const RunResult result = follow(experiment).result;
        const Nanoseconds stopped = result.workers[worker].time[WorkerState::Stopped];
        QVERIFY2(stopped > 400ms && stopped < 600ms, qPrintable(QString::number(stopped.count())));
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
    }

    void whoIsStoppedFromTheBeginIsStoppedAllTheTime()
    {
        Experiment experiment = experimentWith("pipe", {"stop receiver at 0 s"});
        experiment.duration = 500ms;
        const RunResult result = follow(experiment).result;
        const TimeSplit& time = result.workers[1].time;
        QVERIFY2(time[WorkerState::Stopped] > 400ms,
                 qPrintable(QString::number(time[WorkerState::Stopped].count())));
        QCOMPARE(time.total(), result.workers[1].wall);
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
    }

    void aStoppedWorkerIsShownAsStopped()
    {
        bool wasSeen = false;
        follow(experimentWith("pipe", {"stop receiver at 100 ms"}), [&](Run& run, const RunEvent& event) {
            const auto* sample = std::get_if<SampleTaken>(&event);
            if (sample && sample->workers[1].phase == "stopped" && !std::exchange(wasSeen, true))
                run.stop();
        });
        QVERIFY(wasSeen);
    }

    void aWorkerThatDoesNotLeaveIsHungAndKilled()
    {
        bool isStopped = false;
        const RunResult result =
            follow(shortExperiment("pipe"), [&](Run&, const RunEvent& event) {
                const auto* sample = std::get_if<SampleTaken>(&event);
                if (sample && !sample->point.warmUp && !std::exchange(isStopped, true))
                    ::kill(sample->workers[1].pid,
                           SIGSTOP); // by somebody else, who does not let it go on in the end
            }).result;
        QCOMPARE(result.workers[1].exit, std::string("hung, then killed by SIGKILL"));
    }

    void whatCannotBeDoneIsSaidInASentence_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<QString>("said");
        QTest::newRow("stop reciever") << "pipe"
                                       << "no \"reciever\" in this run, only sender and receiver";
        QTest::newRow("slow sender") << "pipe"
                                     << "the sender sends";
        QTest::newRow("leak receiver") << "posix_mq"
                                       << "the kernel tells nobody";
    }
    void whatCannotBeDoneIsSaidInASentence()
    {
        QFETCH(QString, mechanism);
        QFETCH(QString, said);
        const Fault fault = faultOf(QTest::currentDataTag());
        bool isInjected = false;
        const FollowedRun run =
            follow(experimentWith(mechanism.toStdString(), {}), [&](Run& active, const RunEvent& event) {
                if (std::holds_alternative<SampleTaken>(event) && !std::exchange(isInjected, true)) {
                    active.inject(fault);
                    active.stop();
                }
            });
        QCOMPARE(outcomeOf(run.result), std::string("refused"));
        QVERIFY2(says(run.result, said.toStdString()), told(run.result).c_str());
    }

    void aTargetThatTheRunDoesNotHaveIsNamedBeforeItStarts()
    {
        const FollowedRun run = follow(experimentWith("pipe", {"stop reciever at 1 s"}));
        QVERIFY(run.failure);
        QVERIFY2(run.failure->sentence().find("did you mean \"receiver\"?") != std::string::npos,
                 run.failure->sentence().c_str());
    }
};

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
