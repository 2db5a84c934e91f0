#include "engine/mechanisms/catalog.h"
#include "engine/mechanisms/locks/lock_kind.h"
#include "tests/support/channel_fixture.h"
#include "tests/support/run_fixture.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sched.h>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr unsigned senders = 4;

Experiment sendersInto(const std::string& lock)
{
    Experiment experiment = shortExperiment("shared_memory");
    experiment.mechanismOptions.set("lock", lock);
    experiment.wait = Wait::Block;
    experiment.messageSize = 1024;
    experiment.shape.kind = ShapeKind::FanIn;
    experiment.shape.senders = senders;
    return experiment;
}

std::string channelsOf(const RunResult& result)
{
    const auto found = std::ranges::find(result.effective, std::string("channels"), &EffectiveSetting::id);
    return found == result.effective.end() ? std::string() : found->effective;
}

std::uint64_t racesFrom(const RunResult& result, Nanoseconds moment)
{
    std::uint64_t sum = 0;
    for (const SeriesPoint& point : result.series)
        sum += point.at - point.length >= moment ? point.races.total() : 0;
    return sum;
}

bool hasTwoCores()
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    return ::sched_getaffinity(0, sizeof cores, &cores) == 0 && CPU_COUNT(&cores) > 1;
}

} // namespace

/// Several senders put into one slot buffer: only the lock keeps them apart.
class SlotSenders : public QObject {
    Q_OBJECT

private slots:
    void everyLockKeepsSeveralSendersApart_data()
    {
        QTest::addColumn<QString>("lock");
        QTest::addColumn<QString>("capacity");
        for (const OptionSpec& spec : findMechanism("shared_memory")->info().options)
            for (const OptionChoice& choice : spec.choices)
                for (const char* count : {"2", "0"})
                    if (spec.id == "lock" && choice.id != "none")
                        QTest::addRow("%s, %s slots", choice.id.c_str(), *count == '0' ? "many" : count)
                            << QString::fromStdString(choice.id) << count;
    }
    void everyLockKeepsSeveralSendersApart()
    {
        QFETCH(QString, lock);
        QFETCH(QString, capacity);
        Experiment experiment = sendersInto(lock.toStdString());
        experiment.mechanismOptions.set("slots", capacity.toStdString());
        experiment.measure.integrity = Integrity::Full;
        experiment.messages = 4'002; // not divisible by the number of senders
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        QCOMPARE(channelsOf(run.result), std::string("1, shared by 4 senders"));
        QCOMPARE(run.result.summary.messagesReceived, std::uint64_t{4'002});
        QVERIFY(run.result.summary.integrity == IntegrityCounts());
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        for (const WorkerResult& worker : run.result.workers)
            QVERIFY2(worker.sent + worker.received >= 1'000,
                     (worker.role + " had too small a part in it").c_str());
    }

    void withoutOneTheyOverwriteEachOtherUntilItIsSwitchedOn()
    {
        if (!hasTwoCores())
            QSKIP("processes race on two cores only");
        Experiment experiment = sendersInto("mutex");
        experiment.mechanismOptions.set("lock_after", "500 ms");
        experiment.duration = 1200ms;
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        const auto switched = std::ranges::find(run.result.events, EventKind::Switched, &LoggedEvent::kind);
        QVERIFY(switched != run.result.events.end());
        QVERIFY2(run.result.summary.integrity.races.total() > 0, "nothing was damaged");
        constexpr Nanoseconds timeToNotice = 200ms; // five processes on two cores
        QCOMPARE(racesFrom(run.result, switched->at + timeToNotice), std::uint64_t{0});
        for (const WorkerResult& worker : run.result.workers)
            QCOMPARE(worker.exit, std::string("finished"));
    }

    /// Again and again: its slot is neither lost nor delivered.
    void aMessageThatWaitsForTheLockIsGivenUp_data()
    {
        QTest::addColumn<QString>("lock");
        QTest::addColumn<QString>("copy");
        for (const LockKind& lock : lockKinds())
            for (const char* copy : {"inside", "outside"})
                if (lock.isOn)
                    QTest::addRow("%s, %s", lock.id.data(), copy)
                        << QString::fromUtf8(lock.id.data()) << copy;
    }
    void aMessageThatWaitsForTheLockIsGivenUp()
    {
        QFETCH(QString, lock);
        QFETCH(QString, copy);
        constexpr std::size_t size = 64;
        const Mechanism& mechanism = *findMechanism("shared_memory");
        Case row{.mechanism = &mechanism, .options = withDefaults(mechanism.info().options, {}), .name = {}};
        row.options.set("lock", lock.toStdString());
        row.options.set("copy", copy.toStdString());
        row.options.set("slots", "2");
        const QTemporaryDir directory;
        NameJournal journal(directory.path().toStdString());
        const auto channel = mechanism.open({row.options, size, 1, 1, journal, row.wait});
        const auto end = [&](ChannelEnd which) {
            return mechanism.join({which}, channel->invite({which}), {row.options, size, row.wait});
        };
        const auto sender = end(ChannelEnd::Sender);
        const auto receiver = end(ChannelEnd::Receiver);
        for (std::uint64_t number = 0; number < 5; ++number) {
            const Reservation place = sender->reserve(size, Deadline::immediately());
            QCOMPARE(place.outcome, Outcome::Done);
            fillNumbered({place.place, size}, 99);
            QCOMPARE(receiver->takeLock(Deadline::immediately()), Outcome::Done);
            QCOMPARE(sender->commit(Deadline::after(1ms)), Outcome::TimedOut);
            QVERIFY(sender->abandon());
            receiver->giveLockBack();
            sendNumbered(*sender, row.wait, number, size);
            receiveNumbered(*receiver, row, number, size);
        }
    }

    void aSlotThatIsWrittenOutsideTheLockBelongsToOneSender()
    {
        Experiment experiment = sendersInto("mutex");
        experiment.mechanismOptions.set("copy", "outside");
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        QVERIFY2(channelsOf(run.result).starts_with("4, for one takes what a single sender sends"),
                 channelsOf(run.result).c_str());
        QVERIFY(run.result.summary.integrity == IntegrityCounts());
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    }
};

QTEST_GUILESS_MAIN(SlotSenders)
#include "tst_slot_senders.moc"
