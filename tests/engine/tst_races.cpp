#include "engine/mechanisms/catalog.h"
#include "tests/support/run_test.h"

#include <QtTest>

#include <sched.h>

#include <csignal>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

int usableCores()
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    return ::sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

Experiment slotExperiment(const char* lock)
{
    Experiment experiment = shortExperiment("shared_memory");
    experiment.mechanismOptions.set("lock", lock);
    experiment.messageSize = 4096;
    experiment.duration = 1s;
    experiment.cores = usableCores() < 2 ? CorePlacement::Any : CorePlacement::Different;
    return experiment;
}

const LoggedEvent* switching(const RunResult& result)
{
    const auto found = std::ranges::find(result.events, EventKind::Switched, &LoggedEvent::kind);
    return found == result.events.end() ? nullptr : &*found;
}

/// Of the intervals that end before, or begin after a moment.
std::uint64_t racesBefore(const RunResult& result, Nanoseconds moment)
{
    std::uint64_t sum = 0;
    for (const SeriesPoint& point : result.series)
        sum += point.at <= moment ? point.races.total() : 0;
    return sum;
}

std::uint64_t racesAfter(const RunResult& result, Nanoseconds moment)
{
    std::uint64_t sum = 0;
    for (const SeriesPoint& point : result.series)
        sum += point.at - point.length >= moment ? point.races.total() : 0;
    return sum;
}

} // namespace

/// What two processes do to shared memory that nobody locks, and that a lock ends it.
class Races : public RunTest {
    Q_OBJECT

private slots:
    void recordsBreakWithoutALock()
    {
        if (usableCores() < 2)
            QSKIP("two processes race on two cores only");
        const FollowedRun run = follow(slotExperiment("none"));
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        const RunResult& result = run.result;
        QCOMPARE(word(result.summary.outcome), word(RunOutcome::Finished));
        for (const WorkerResult& each : result.workers)
            QCOMPARE(each.exit, std::string("finished"));
        const RaceCounts& races = result.summary.integrity.races;
        QVERIFY2(races.lostUpdates > 0, "no update was lost");
        QVERIFY2(races.staleReads > 0, "nothing was read too early or twice");
        QVERIFY2(races.tornRecords > 0, "no record was torn");
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY(result.summary.messagesReceived > 0);
    }

    void lockSwitchedOnByTheExperimentEndsThem()
    {
        if (usableCores() < 2)
            QSKIP("two processes race on two cores only");
        Experiment experiment = slotExperiment("mutex");
        experiment.mechanismOptions.set("lock_after", "500 ms");
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        const LoggedEvent* event = switching(run.result);
        QVERIFY(event);
        QCOMPARE(event->text, std::string("the lock was switched on"));
        QVERIFY(event->at >= experiment.warmUp + 500ms);
        QVERIFY(racesBefore(run.result, event->at) > 0);
        QCOMPARE(racesAfter(run.result, event->at + m_timeToNotice), std::uint64_t{0});
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    }

    void lockSwitchedByHandEndsThemAndBringsThemBack()
    {
        if (usableCores() < 2)
            QSKIP("two processes race on two cores only");
        Experiment experiment = slotExperiment("none");
        experiment.duration = 1500ms;
        const FollowedRun run = follow(experiment, [](Run& active, const RunEvent& event) {
            const auto* sample = std::get_if<SampleTaken>(&event);
            if (!sample || !sample->locking)
                return;
            const Nanoseconds at = active.elapsed();
            active.setLocking(at > 500ms && at < 1000ms ? Locking::On : Locking::Off);
        });
        QVERIFY(!run.failure);
        std::vector<Nanoseconds> moments;
        for (const LoggedEvent& event : run.result.events)
            if (event.kind == EventKind::Switched)
                moments.push_back(event.at);
        QCOMPARE(moments.size(), std::size_t{2});
        QVERIFY(racesBefore(run.result, moments[0]) > 0);
        QCOMPARE(racesAfter(run.result, moments[0] + m_timeToNotice) -
                     racesAfter(run.result, moments[1] - m_timeToNotice),
                 std::uint64_t{0});
        QVERIFY(racesAfter(run.result, moments[1]) > 0);
    }

    void lockOfAMechanismThatNeedsItIsNotSwitched()
    {
        const FollowedRun run = follow(shortExperiment("pipe"), [](Run& active, const RunEvent& event) {
            if (const auto* sample = std::get_if<SampleTaken>(&event)) {
                active.setLocking(Locking::Off);
                QVERIFY(!sample->locking);
            }
        });
        QVERIFY(!run.failure);
        QVERIFY(!switching(run.result));
    }

    void runEndsWhenAWorkerIsKilled_data()
    {
        QTest::addColumn<QString>("lock");
        QTest::addColumn<int>("worker");
        for (const OptionSpec& spec : findMechanism("shared_memory")->info().options)
            for (const OptionChoice& choice : spec.choices)
                for (const int worker : {0, 1})
                    if (spec.id == "lock")
                        QTest::addRow("%s, %s", choice.id.c_str(), worker == 0 ? "sender" : "receiver")
                            << QString::fromStdString(choice.id) << worker;
    }
    void runEndsWhenAWorkerIsKilled()
    {
        QFETCH(QString, lock);
        QFETCH(int, worker);
        Experiment experiment = slotExperiment(lock.toStdString().c_str());
        experiment.messageSize = 256 << 10; // most of the time somebody is inside
        experiment.duration = 20s;
        int victim = 0;
        const FollowedRun run = follow(experiment, [&](Run& active, const RunEvent& event) {
            if (const auto* started = std::get_if<WorkersStarted>(&event))
                victim = started->workers[static_cast<std::size_t>(worker)].pid;
            if (std::holds_alternative<SampleTaken>(event) && active.elapsed() > 150ms && victim != 0)
                ::kill(std::exchange(victim, 0), SIGKILL);
        });
        QVERIFY(!run.failure);
        QCOMPARE(word(run.result.summary.outcome), word(RunOutcome::WorkerLost));
        QVERIFY(run.result.summary.seconds < 10);
        QCOMPARE(run.result.workers[static_cast<std::size_t>(1 - worker)].exit, std::string("finished"));
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    }

private:
    static constexpr Nanoseconds m_timeToNotice = 100ms;
};

QTEST_GUILESS_MAIN(Races)
#include "tst_races.moc"
