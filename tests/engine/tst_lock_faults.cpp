#include "engine/mechanisms/catalog.h"
#include "tests/support/fault_run.h"
#include "tests/support/run_test.h"

#include <QtTest>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// Over shared memory with one of its locks. Ended by who has seen what came of it.
Experiment experimentWith(const QString& lock, const std::vector<std::string>& faults)
{
    Experiment experiment = shortExperiment("shared_memory");
    experiment.mechanismOptions.set("lock", lock.toStdString());
    experiment.duration = 20s;
    addFaults(experiment, faults);
    return experiment;
}

/// Follows a run until a deadlock is found, or until it has been under load for so long.
RunResult followUntilDeadlock(const Experiment& experiment, Nanoseconds patience)
{
    return follow(experiment,
                  [&](Run& run, const RunEvent& event) {
                      const bool isLate =
                          std::holds_alternative<SampleTaken>(event) && run.elapsed() > patience;
                      if (isLate || std::holds_alternative<DeadlockFound>(event))
                          run.stop();
                  })
        .result;
}

bool isFreedByADeath(const QString& lock)
{
    return lock == "robust" || lock == "sysv_semaphore_undo";
}

void addLockRows(bool withVictims)
{
    QTest::addColumn<QString>("lock");
    QTest::addColumn<QString>("victim");
    for (const OptionSpec& spec : findMechanism("shared_memory")->info().options)
        for (const OptionChoice& choice : spec.choices)
            for (const char* victim : {"sender", "receiver"})
                if (spec.id == "lock" && choice.id != "none" &&
                    (withVictims || victim == std::string("sender")))
                    QTest::addRow("%s, %s", choice.id.c_str(), victim)
                        << QString::fromStdString(choice.id) << victim;
}

Experiment twoLocks(const QString& lock, const std::string& exchange, const std::vector<std::string>& faults)
{
    Experiment experiment = experimentWith(lock, faults);
    if (setKey(experiment, "exchange", exchange))
        throw std::runtime_error("there is no such exchange");
    return experiment;
}

} // namespace

/// What is done to the lock of a channel on purpose, and what comes of it.
class TestLockFaults final : public RunTest {
    Q_OBJECT

private slots:
    void aHeldLockHoldsUpThePeerUntilItIsGivenBack_data() { addLockRows(false); }
    void aHeldLockHoldsUpThePeerUntilItIsGivenBack()
    {
        QFETCH(QString, lock);
        Experiment experiment = experimentWith(lock, {"hold lock sender at 200 ms for 400 ms"});
        experiment.duration = 1s;
        const RunResult result = follow(experiment).result;
        QCOMPARE(outcomeOf(result), std::string("peer_blocks"));
        QVERIFY2(says(result, "The sender holds the lock"), told(result).c_str());
        const auto known = std::ranges::find(result.events, EventKind::Outcome, &LoggedEvent::kind);
        QVERIFY2(known != result.events.end(), told(result).c_str());
        std::uint64_t during = 0;
        std::uint64_t after = 0;
        for (const SeriesPoint& point : result.series) {
            const bool isHeld = point.at - point.length > known->at && point.at < 600ms;
            during += isHeld ? point.received : 0;
            after += point.at > 700ms ? point.received : 0;
        }
        QCOMPARE(during, std::uint64_t{0});
        QVERIFY2(after > 100, told(result).c_str());
        QCOMPARE(result.summary.integrity.races.total(), std::uint64_t{0});
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QCOMPARE(result.deadlocks.size(), std::size_t{0});
    }

    /// Who is told to hold the lock while it is stopped has it only later, and only from then on matters it.
    void aLockThatIsHadLateIsJudgedFromThen()
    {
        const RunResult result =
            followUntilKnown(experimentWith("robust", {"stop sender at 100 ms for 1.5 s",
                                                       "hold lock sender at 300 ms for 5 s"}),
                             2);
        QVERIFY2(outcomeOf(result, 1) == "peer_blocks", told(result).c_str());
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
    }

    void aHolderThatDiesIsOvercomeOrLocksOutForEver_data() { addLockRows(true); }
    void aHolderThatDiesIsOvercomeOrLocksOutForEver()
    {
        QFETCH(QString, lock);
        QFETCH(QString, victim);
        const RunResult result = followUntilKnown(
            experimentWith(lock, {"kill in lock " + victim.toStdString() + " at 100 ms"}), 1);
        QVERIFY2(outcomeOf(result) == (isFreedByADeath(lock) ? "lock_freed" : "peer_blocks_for_ever"),
                 told(result).c_str());
        QVERIFY2(says(result, "died inside the lock"), told(result).c_str());
        if (lock == "robust")
            QVERIFY2(says(result, "EOWNERDEAD") && says(result, "wrong by 1"), told(result).c_str());
        if (lock == "sysv_semaphore_undo")
            QVERIFY2(says(result, "SEM_UNDO"), told(result).c_str());
        QCOMPARE(result.workers[victim == "sender" ? 0 : 1].exit, std::string("killed by SIGKILL"));
        QCOMPARE(result.workers[victim == "sender" ? 1 : 0].exit, std::string("finished"));
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
    }

    void theDetectorNamesTheDeadHolder_data() { addLockRows(false); }
    void theDetectorNamesTheDeadHolder()
    {
        QFETCH(QString, lock);
        const RunResult result =
            followUntilDeadlock(experimentWith(lock, {"kill in lock sender at 100 ms"}), 4s);
        if (isFreedByADeath(lock)) {
            QCOMPARE(result.deadlocks.size(), std::size_t{0});
            return;
        }
        QVERIFY2(result.deadlocks.size() == 1, told(result).c_str());
        const Deadlock& deadlock = result.deadlocks.front();
        QVERIFY2(deadlock.at - result.faults.front().at < 2s,
                 qPrintable(QString::number(deadlock.at.count())));
        QCOMPARE(deadlock.graph.workers, (std::vector<std::string>{"receiver", "sender"}));
        QCOMPARE(deadlock.graph.edges.size(), std::size_t{1});
        QVERIFY(deadlock.graph.edges.front().awaitedIsDead);
        QVERIFY2(deadlock.graph.sentence().find("which the sender held when it died") != std::string::npos,
                 deadlock.graph.sentence().c_str());
    }

    void aCountedRunEndsThoughItsLockIsLost()
    {
        Experiment experiment = experimentWith("mutex", {"kill in lock receiver at 100 ms"});
        experiment.messages = 100'000'000;
        const RunResult result = follow(experiment).result;
        QCOMPARE(result.deadlocks.size(), std::size_t{1});
        QCOMPARE(result.summary.outcome, RunOutcome::WorkerLost);
    }

    void aLockThatIsRemovedIsMissedAndMissedNoMoreOnceRestored()
    {
        Experiment experiment =
            experimentWith("spin", {"remove lock at 100 ms for 1500 ms", "restore lock at 4 s"});
        experiment.cores = CorePlacement::Different;
        if (!problems(experiment).empty())
            QSKIP("two processes at once take two cores");
        experiment.messageSize = 4096;
        const RunResult result = followUntilKnown(experiment, 2);
        QVERIFY2(outcomeOf(result) == "data_damaged", told(result).c_str());
        QVERIFY2(says(result, "lost updates"), told(result).c_str());
        QVERIFY(result.summary.integrity.races.total() > 0);
        QVERIFY2(outcomeOf(result, 1) == "refused" && says(result, "everybody takes it already", 1),
                 told(result).c_str());
    }

    void aLockThatWasNeverTakenIsRestored()
    {
        const RunResult result = followUntilKnown(experimentWith("none", {"restore lock at 300 ms"}), 1);
        QCOMPARE(outcomeOf(result), std::string("done"));
    }

    void twoLocksTakenInOppositeOrdersAreADeadlock_data()
    {
        QTest::addColumn<QString>("lock");
        QTest::addColumn<QString>("exchange");
        QTest::addColumn<QStringList>("roles");
        for (const char* lock :
             {"mutex", "spin", "robust", "sysv_semaphore_undo", "posix_semaphore", "eventfd"})
            QTest::newRow(lock) << lock << "full-duplex" << QStringList{"peer 1", "peer 2"};
        QTest::newRow("futex, round trip") << "futex"
                                           << "round-trip" << QStringList{"sender", "receiver"};
    }
    void twoLocksTakenInOppositeOrdersAreADeadlock()
    {
        QFETCH(QString, lock);
        QFETCH(QString, exchange);
        QFETCH(QStringList, roles);
        std::vector<std::string> faults;
        for (const QString& role : roles)
            faults.push_back("lock both " + role.toStdString() + " at 100 ms");
        const RunResult result = followUntilDeadlock(twoLocks(lock, exchange.toStdString(), faults), 5s);
        QVERIFY2(result.deadlocks.size() == 1, told(result).c_str());
        const WaitGraph& graph = result.deadlocks.front().graph;
        QCOMPARE(graph.edges.size(), std::size_t{2});
        for (const WaitEdge& edge : graph.edges)
            QVERIFY2(edge.what.starts_with("the lock of channel"), edge.what.c_str());
        QVERIFY2(result.deadlocks.front().at < 2300ms, told(result).c_str());
        QVERIFY2(outcomeOf(result) == "peer_blocks_for_ever" && says(result, "opposite orders"),
                 told(result).c_str());
        // It was broken in the end: everybody left in good order.
        for (const WorkerResult& worker : result.workers)
            QCOMPARE(worker.exit, std::string("finished"));
    }

    void oneAloneThatTakesBothLocksIsNoDeadlock()
    {
        const RunResult result =
            followUntilKnown(twoLocks("mutex", "full-duplex", {"lock both peer 1 at 100 ms"}), 1);
        QVERIFY2(outcomeOf(result) == "peer_goes_on" && says(result, "gave both back"), told(result).c_str());
        QCOMPARE(result.deadlocks.size(), std::size_t{0});
    }

    void whatHasNoLockRefusesInASentence_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<QString>("lock");
        QTest::addColumn<QString>("said");
        QTest::newRow("hold lock sender at 50 ms") << "pipe"
                                                   << ""
                                                   << "has no lock that could be held";
        QTest::newRow("kill in lock receiver at 50 ms") << "shm_ring"
                                                        << ""
                                                        << "has no lock that could be held";
        QTest::newRow("remove lock at 50 ms") << "posix_mq"
                                              << ""
                                              << "has no lock that could be held";
        QTest::newRow("hold lock receiver at 50 ms") << "shared_memory"
                                                     << "none"
                                                     << "restore it first";
        QTest::newRow("remove lock at 60 ms") << "shared_memory"
                                              << "none"
                                              << "nobody takes it as it is";
        QTest::newRow("lock both sender at 50 ms") << "shared_memory"
                                                   << "mutex"
                                                   << "one channel and so one lock";
    }
    void whatHasNoLockRefusesInASentence()
    {
        QFETCH(QString, mechanism);
        QFETCH(QString, lock);
        QFETCH(QString, said);
        Experiment experiment = experimentWith(lock, {QTest::currentDataTag()});
        experiment.mechanism = mechanism.toStdString();
        if (lock.isEmpty())
            experiment.mechanismOptions = {};
        const RunResult result = followUntilKnown(experiment, 1);
        QCOMPARE(outcomeOf(result), std::string("refused"));
        QVERIFY2(says(result, said.toStdString()), told(result).c_str());
    }
};

QTEST_GUILESS_MAIN(TestLockFaults)
#include "tst_lock_faults.moc"
