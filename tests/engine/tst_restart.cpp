#include "engine/mechanisms/catalog.h"
#include "tests/support/fault_run.h"
#include "tests/support/run_test.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

Experiment restartingExperiment(const std::string& mechanism, const std::vector<std::string>& faults)
{
    Experiment experiment = shortExperiment(mechanism);
    experiment.duration = 1s;
    experiment.restart = {.policy = RestartPolicy::OnFailure, .pause = 50ms, .factor = 2, .limit = 3};
    addFaults(experiment, faults);
    return experiment;
}

/// Settings as for `--set`, with a "=" between.
void set(Experiment& experiment, const QStringList& settings)
{
    for (const QString& setting : settings)
        if (const auto problem = setKey(experiment, setting.section('=', 0, 0).toStdString(),
                                        setting.section('=', 1).toStdString()))
            throw std::runtime_error(problem->sentence);
}

bool isTold(const RunResult& result, const std::string& words)
{
    return told(result).find(words) != std::string::npos;
}

/// A worker program of which the third to be started stops before it becomes a worker.
std::string programWhoseThirdStops(const QTemporaryDir& folder)
{
    QFile script(folder.filePath(QStringLiteral("worker")));
    const QByteArray text = QStringLiteral("#!/bin/sh\n"
                                           "mkdir '%1/first' 2>/dev/null || mkdir '%1/second' 2>/dev/null || "
                                           "kill -STOP $$\n"
                                           "exec '%2' \"$@\"\n")
                                .arg(folder.path(), QStringLiteral(IPCLAB_BIN_DIR "/ipclab-worker"))
                                .toUtf8();
    if (!script.open(QIODevice::WriteOnly) || script.write(text) != text.size() ||
        !script.setPermissions(QFile::ReadOwner | QFile::ExeOwner))
        throw std::runtime_error("cannot write " + script.fileName().toStdString());
    return script.fileName().toStdString();
}

std::size_t eventsOf(const RunResult& result, EventKind kind)
{
    return static_cast<std::size_t>(std::ranges::count(result.events, kind, &LoggedEvent::kind));
}

} // namespace

/// Another process takes the place of a worker that died.
class TestRestart final : public RunTest {
    Q_OBJECT

private slots:
    void aKilledWorkerIsReplacedAndItsSuccessorGoesOn_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("victim");
        for (const char* victim : {"sender", "receiver"}) {
            for (const Mechanism* mechanism : allMechanisms())
                if (!mechanism->whyNotRejoin(withDefaults(mechanism->info().options, {})))
                    QTest::addRow("%s, %s", mechanism->info().id.c_str(), victim)
                        << QString::fromStdString(mechanism->info().id) << QStringList() << victim;
            QTest::addRow("pipe, %s", victim)
                << "pipe" << QStringList{"mechanism_options.framing=packets"} << victim;
        }
    }
    void aKilledWorkerIsReplacedAndItsSuccessorGoesOn()
    {
        QFETCH(QString, mechanism);
        QFETCH(QStringList, options);
        QFETCH(QString, victim);
        Experiment experiment =
            restartingExperiment(mechanism.toStdString(), {"kill " + victim.toStdString() + " at 300 ms"});
        set(experiment, options);
        if (mechanism == "shared_memory") // whose worker may be inside the lock when it is killed
            experiment.mechanismOptions.set("lock", "robust");
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.summary.outcome == RunOutcome::Finished, told(result).c_str());
        QVERIFY2(result.summary.restarts == 1, told(result).c_str());
        QCOMPARE(result.workers[victim == "sender" ? 0 : 1].restarts, 1U);
        QCOMPARE(result.workers[0].exit, std::string("finished"));
        QCOMPARE(result.workers[1].exit, std::string("finished"));
        QVERIFY2(identifier(result.faults.at(0).outcome) == "restarted",
                 result.faults.at(0).sentence.c_str());
        QVERIFY2(receivedAfter(result, 600ms) > 100, told(result).c_str());
        // What one process can have in its hands.
        QVERIFY2(result.summary.lostInRestarts <= 1, told(result).c_str());
        QVERIFY2(result.summary.repeatedInRestarts <= 1, told(result).c_str());
        QCOMPARE(result.summary.integrity.reordered + result.summary.integrity.corrupt, std::uint64_t{0});
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void oneOfSeveralThatCompeteIsReplaced_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<QString>("victim");
        for (const char* mechanism : {"posix_mq", "sysv_mq", "unix_seqpacket", "unix_datagram"})
            for (const char* victim : {"sender", "receiver 2"})
                QTest::addRow("%s, %s", mechanism, victim) << mechanism << victim;
    }
    void oneOfSeveralThatCompeteIsReplaced()
    {
        QFETCH(QString, mechanism);
        QFETCH(QString, victim);
        Experiment experiment =
            restartingExperiment(mechanism.toStdString(), {"kill " + victim.toStdString() + " at 300 ms"});
        set(experiment, {"shape.kind=fan-out", "shape.receivers=3", "shape.delivery=competing"});
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.summary.outcome == RunOutcome::Finished, told(result).c_str());
        QVERIFY2(result.summary.restarts == 1, told(result).c_str());
        for (const WorkerResult& each : result.workers)
            QCOMPARE(each.exit, std::string("finished"));
        QVERIFY2(receivedAfter(result, 600ms) > 100, told(result).c_str());
        QVERIFY2(result.summary.lostInRestarts <= 1, told(result).c_str());
        QVERIFY2(result.summary.repeatedInRestarts <= 1, told(result).c_str());
        QCOMPARE(result.summary.integrity.corrupt, std::uint64_t{0});
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void aRingsNextSenderGoesOnWhateverTheSizes_data()
    {
        QTest::addColumn<QString>("wait");
        for (const char* wait : {"block", "spin"})
            QTest::newRow(wait) << wait;
    }
    void aRingsNextSenderGoesOnWhateverTheSizes()
    {
        QFETCH(QString, wait);
        Experiment experiment = restartingExperiment(
            "shm_ring", {"kill sender at 200 ms", "kill sender at 500 ms", "kill sender at 900 ms"});
        set(experiment, {"message.sizes=uniform", "message.smallest=64 B", "message.largest=4 KiB",
                         "measure.integrity=full", "wait=" + wait});
        experiment.restart.factor = 1;
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.summary.outcome == RunOutcome::Finished, told(result).c_str());
        QVERIFY2(result.summary.restarts == 3, told(result).c_str());
        QVERIFY2(receivedAfter(result, 970ms) > 100, told(result).c_str());
        // A message that somebody was writing when he died was never there.
        QVERIFY2(result.summary.lostInRestarts <= 3 && result.summary.repeatedInRestarts == 0,
                 told(result).c_str());
        const IntegrityCounts& integrity = result.summary.integrity;
        QCOMPARE(integrity.corrupt + integrity.truncated + integrity.reordered, std::uint64_t{0});
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void thePausesGrowUntilTheLimit()
    {
        Experiment experiment = restartingExperiment(
            "posix_mq", {"kill receiver at 200 ms", "kill receiver at 500 ms", "kill receiver at 900 ms"});
        experiment.restart.limit = 2;
        experiment.duration = 3s;
        const RunResult result = follow(experiment).result;
        QCOMPARE(result.workers[1].restarts, 2U);
        QVERIFY2(result.summary.outcome == RunOutcome::WorkerLost, told(result).c_str());
        QVERIFY2(isTold(result, "will be started anew 50 ms") &&
                     isTold(result, "will be started anew 100 ms"),
                 told(result).c_str());
        QVERIFY2(isTold(result, "as often as restart.limit allows"), told(result).c_str());
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void aPacedSenderMakesUpForTheTimeInBetween()
    {
        Experiment experiment = restartingExperiment("posix_mq", {"kill sender at 300 ms"});
        QVERIFY(!setKey(experiment, "load.profile", "constant"));
        QVERIFY(!setKey(experiment, "load.rate", "2 k/s"));
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.summary.messagesReceived >= 1'950 && result.summary.messagesReceived <= 2'001,
                 told(result).c_str());
        QVERIFY2(result.summary.response.max > 40ms,
                 told(result).c_str()); // what was due meanwhile came late
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void aCountedRunBringsAsManyAsWereAskedFor()
    {
        Experiment experiment = restartingExperiment("shm_ring", {"kill sender at 100 ms"});
        experiment.messages = 3'000;
        QVERIFY(!setKey(experiment, "load.profile", "constant"));
        QVERIFY(!setKey(experiment, "load.rate", "10 k/s"));
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.summary.restarts == 1, told(result).c_str());
        QVERIFY2(result.summary.messagesReceived >= 2'999 && result.summary.messagesReceived <= 3'000,
                 told(result).c_str());
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void theTimeInBetweenIsNeitherWorkNorWaiting()
    {
        Experiment experiment = restartingExperiment("posix_mq", {"kill receiver at 300 ms"});
        experiment.restart.pause = 400ms;
        const RunResult result = follow(experiment).result;
        const Nanoseconds away = result.workers[1].time[WorkerState::Stopped];
        QVERIFY2(away > 350ms && away < 750ms, qPrintable(QString::number(away.count())));
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void aRobustMutexIsTakenOverAndTheDeadIsReplaced()
    {
        Experiment experiment = restartingExperiment("shared_memory", {"kill in lock sender at 300 ms"});
        experiment.mechanismOptions.set("lock", "robust");
        const RunResult result = follow(experiment).result;
        QVERIFY2(identifier(result.faults.at(0).outcome) == "lock_freed",
                 result.faults.at(0).sentence.c_str());
        QVERIFY2(result.summary.outcome == RunOutcome::Finished && result.summary.restarts == 1,
                 told(result).c_str());
        QVERIFY2(receivedAfter(result, 600ms) > 100, told(result).c_str());
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void whoDiedInsideALockThatNobodyFreesIsNotReplaced()
    {
        Experiment experiment = restartingExperiment("shared_memory", {"kill in lock sender at 300 ms"});
        experiment.mechanismOptions.set("lock", "mutex");
        const RunResult result = follow(experiment).result;
        QCOMPARE(result.summary.restarts, 0U);
        QVERIFY2(isTold(result, "is not started anew: it died inside the lock"), told(result).c_str());
        QVERIFY2(identifier(result.faults.at(0).outcome) == "peer_blocks_for_ever",
                 result.faults.at(0).sentence.c_str());
    }

    void aSuccessorThatDoesNotComeUpIsReportedWithItsStandardError()
    {
        Experiment experiment = restartingExperiment("posix_mq", {"kill receiver at 100 ms"});
        experiment.duration = 14s;
        experiment.restart.limit = 1;
        const QTemporaryDir folder;
        const RunResult result =
            runToEnd(experiment, {.workerProgram = programWhoseThirdStops(folder), .sampleEvery = {}});
        QVERIFY2(isTold(result, "did not join its channel within 10 s") && isTold(result, "state T"),
                 told(result).c_str());
    }

    void atTheWindowsEndNobodyIsWaitedForAnyMore()
    {
        Experiment experiment = restartingExperiment("posix_mq", {"kill receiver at 900 ms"});
        experiment.restart.pause = 20s;
        const RunResult result = follow(experiment).result;
        QCOMPARE(result.summary.outcome, RunOutcome::WorkerLost);
        QCOMPARE(result.workers[0].exit, std::string("finished"));
        QCOMPARE(eventsOf(result, EventKind::Restarted), std::size_t{1}); // that it was going to be
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void whoseSuccessorsDoNotComeBackTellsTheOthersAtLast()
    {
        Experiment experiment =
            restartingExperiment("unix_seqpacket", {"kill receiver at 200 ms", "kill receiver at 500 ms"});
        experiment.restart.limit = 1;
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.summary.outcome == RunOutcome::WorkerLost, told(result).c_str());
        QCOMPARE(result.workers[0].exit, std::string("finished"));
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void whereNobodyCanComeBackThatIsSaidBeforehand_data()
    {
        QTest::addColumn<QStringList>("settings");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const QStringList& settings, const char* words) {
            QTest::newRow(name) << settings << words;
        };
        row("a stream", {"mechanism=pipe"}, "set mechanism_options.framing to packets; unix_seqpacket");
        row("a stream socket", {"mechanism=unix_stream"}, "where a message begins");
        row("sockets with a name", {"mechanism=unix_datagram", "mechanism_options.name=path"},
            "mechanism_options.name to pair");
        row("a pool", {"mechanism=shm_pool"}, "goes with the process");
        row("questions", {"exchange=round-trip"}, "one-way: a question");
        row("fan-in", {"shape.kind=fan-in", "shape.senders=2"}, "receivers compete (shape.delivery)");
        row("classes", {"mechanism_options.priority_shares=50 %, 50 %"}, "of one class");
        row("layers", {"mechanism=unix_datagram", "impairment.drop=1 %"}, "without impairment");
        row("one early", {"start=sender-early"}, "start is together");
        row("one reads late", {"receiver.reads=after-sender"}, "receiver.reads is at-once");
    }
    void whereNobodyCanComeBackThatIsSaidBeforehand()
    {
        QFETCH(QStringList, settings);
        QFETCH(QString, words);
        Experiment experiment = restartingExperiment("posix_mq", {});
        set(experiment, settings);
        const std::vector<Problem> found = problems(experiment);
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(found.front().key, std::string("restart.policy"));
        QVERIFY2(QString::fromStdString(found.front().sentence).contains(words),
                 found.front().sentence.c_str());
    }
};

QTEST_GUILESS_MAIN(TestRestart)
#include "tst_restart.moc"
