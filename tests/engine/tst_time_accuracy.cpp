#include "tests/support/run_fixture.h"
#include "tests/support/skip_unavailable.h"
#include "tests/support/switch_record.h"

#include "engine/mechanisms/catalog.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <unistd.h>

using namespace ipclab;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(ipclab::Wait)

namespace {

double inSeconds(Nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

/// Of the time that other programs left to the worker: what it waited for a core is theirs.
double ownShare(const WorkerResult& of, WorkerState state)
{
    return inSeconds(of.time[state]) / inSeconds(of.wall - of.time[WorkerState::Ready]);
}

double share(const WorkerResult& of, WorkerState state)
{
    return inSeconds(of.time[state]) / inSeconds(of.wall);
}

void addRows(std::initializer_list<const char*> mechanisms)
{
    QTest::addColumn<QString>("mechanism");
    for (const char* mechanism : mechanisms)
        QTest::newRow(mechanism) << mechanism;
}

/// Everybody sleeps where he has to wait.
Experiment sleeping(const std::string& mechanism)
{
    Experiment experiment = shortExperiment(mechanism);
    experiment.wait = Wait::Block;
    return experiment;
}

/// A slow load: 100 messages a second.
Experiment paced(const std::string& mechanism)
{
    Experiment experiment = sleeping(mechanism);
    experiment.duration = 1s;
    experiment.load.profile = "constant";
    experiment.load.options.set("rate", "100");
    return experiment;
}

/// A receiver that takes 5 ms per message, behind a sender that never tires.
Experiment slowReceiver(const std::string& mechanism)
{
    Experiment experiment = sleeping(mechanism);
    experiment.duration = 1s;
    experiment.receiverWork = 5ms;
    return experiment;
}

/// A run with the kernel's record of each worker's switches beside it, and when the measured window began.
struct RecordedRun {
    FollowedRun run;
    std::map<std::string, std::unique_ptr<SwitchRecord>> records;
    Nanoseconds windowBegan{};
    std::string refusal;
};

RecordedRun recorded(const Experiment& experiment)
{
    RecordedRun told;
    told.run = follow(experiment, [&](Run& run, const RunEvent& event) {
        if (const auto* started = std::get_if<WorkersStarted>(&event))
            for (const WorkerStatus& status : started->workers)
                told.records[status.role] = std::make_unique<SwitchRecord>(status.pid);
        if (std::holds_alternative<SampleTaken>(event))
            told.windowBegan = now() - run.elapsed() + experiment.warmUp;
        for (const auto& [role, record] : told.records)
            record->collect();
    });
    for (const auto& [role, record] : told.records)
        told.refusal = record->refusal().empty() ? told.refusal : record->refusal();
    return told;
}

/// What a virtual machine's host has kept from its cores, all together, since it was started (proc_stat(5)).
double secondsStolen()
{
    std::ifstream file("/proc/stat");
    std::string name;
    std::array<double, 8> ticks{}; // user nice system idle iowait irq softirq steal
    file >> name;
    for (double& each : ticks)
        file >> each;
    return ticks.back() / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

} // namespace

/// What the time accounting says where the answer is known.
class TestTimeAccuracy final : public QObject {
    Q_OBJECT

private slots:
    void init() { IPCLAB_SKIP_UNAVAILABLE_ROW(); }

    void aSlowReceiverBlocksTheSender_data();
    void aSlowReceiverBlocksTheSender();
    void aPacedSenderSpendsItsTimePacing_data();
    void aPacedSenderSpendsItsTimePacing();
    void everyWaitOfAPacedReceiverIsAnInterval_data();
    void everyWaitOfAPacedReceiverIsAnInterval();
    void aWaitThatNeverEndsIsTheLongestBlock();
    void twoSpinnersShareTheirCore();
    void sleepAgreesWithTheKernelsRecord_data();
    void sleepAgreesWithTheKernelsRecord();
    void onlyWhoAsksAgainAndAgainWaitsBusily_data();
    void onlyWhoAsksAgainAndAgainWaitsBusily();
};

void TestTimeAccuracy::onlyWhoAsksAgainAndAgainWaitsBusily_data()
{
    QTest::addColumn<Wait>("wait");
    QTest::addColumn<QString>("rate"); // empty: as fast as possible
    QTest::newRow("block, many short waits") << Wait::Block << "100 k/s";
    QTest::newRow("poll, many short waits") << Wait::Poll << "100 k/s";
    QTest::newRow("poll, as fast as possible") << Wait::Poll << "";
    QTest::newRow("spin") << Wait::Spin << "1 k/s";
}

void TestTimeAccuracy::onlyWhoAsksAgainAndAgainWaitsBusily()
{
    QFETCH(Wait, wait);
    QFETCH(QString, rate);
    Experiment experiment = shortExperiment("pipe");
    experiment.wait = wait;
    experiment.duration = 1s;
    if (!rate.isEmpty()) {
        experiment.load.profile = "constant";
        experiment.load.options.set("rate", rate.toStdString());
    }
    const FollowedRun run = follow(experiment);
    QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    const auto points = std::ranges::count_if(
        run.result.series, [](const SeriesPoint& point) { return point.workers[1].busyWaiting; });
    const bool isBusy = wait == Wait::Spin;
    QCOMPARE(worker(run.result, "receiver").busyWaiting, isBusy);
    QVERIFY2(isBusy ? points > 0 : points == 0, qPrintable(QString::number(points)));
}

void TestTimeAccuracy::aSlowReceiverBlocksTheSender_data()
{
    addRows({"pipe", "unix_stream", "posix_mq", "shm_ring"});
}

void TestTimeAccuracy::aSlowReceiverBlocksTheSender()
{
    QFETCH(QString, mechanism);
    const FollowedRun run = follow(slowReceiver(mechanism.toStdString()));
    QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    const WorkerResult& sender = worker(run.result, "sender");
    QVERIFY2(ownShare(sender, WorkerState::BlockedSending) >= 0.95,
             qPrintable(QString::number(ownShare(sender, WorkerState::BlockedSending))));
    // Room comes only when the receiver takes a message, every 5 ms.
    QVERIFY2(sender.blocks.sending.max >= 4'900'000, qPrintable(QString::number(sender.blocks.sending.max)));
    QCOMPARE(sender.blocks.receiving.total, std::uint64_t{0});
}

void TestTimeAccuracy::aPacedSenderSpendsItsTimePacing_data()
{
    addRows({"pipe", "unix_stream", "posix_mq", "shm_ring"});
}

void TestTimeAccuracy::aPacedSenderSpendsItsTimePacing()
{
    QFETCH(QString, mechanism);
    const FollowedRun run = follow(paced(mechanism.toStdString()));
    QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    const WorkerResult& sender = worker(run.result, "sender");
    const WorkerResult& receiver = worker(run.result, "receiver");
    QVERIFY2(ownShare(sender, WorkerState::Pacing) >= 0.95,
             qPrintable(QString::number(ownShare(sender, WorkerState::Pacing))));
    QVERIFY2(ownShare(receiver, WorkerState::BlockedReceiving) >= 0.95,
             qPrintable(QString::number(ownShare(receiver, WorkerState::BlockedReceiving))));
    // Where others want the processor too, some may be late as the window opens and closes.
    const std::uint64_t sent = run.result.summary.messagesSent;
    QVERIFY2(sent >= 90 && sent <= 110, qPrintable(QString::number(sent)));
    QCOMPARE(sender.blocks.sending.total, std::uint64_t{0}); // pacing is no block
}

void TestTimeAccuracy::everyWaitOfAPacedReceiverIsAnInterval_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<QString>("wait");
    for (const char* wait : {"block", "poll", "spin", "hybrid"})
        QTest::addRow("pipe, %s", wait) << "pipe" << wait;
    QTest::newRow("shm_ring, block") << "shm_ring"
                                     << "block";
}

void TestTimeAccuracy::everyWaitOfAPacedReceiverIsAnInterval()
{
    QFETCH(QString, mechanism);
    QFETCH(QString, wait);
    Experiment experiment = paced(mechanism.toStdString());
    QVERIFY(!setKey(experiment, "wait", wait.toStdString()));
    const FollowedRun run = follow(experiment);
    QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    const LatencySummary blocks = worker(run.result, "receiver").blocks.receiving.summary();
    QVERIFY2(blocks.count >= 98 && blocks.count <= 103, qPrintable(QString::number(blocks.count)));
    QVERIFY2(blocks.p50 > 9500us && blocks.p50 < 10100us, qPrintable(QString::number(blocks.p50.count())));
    QVERIFY(blocks.max < 1s);
}

void TestTimeAccuracy::aWaitThatNeverEndsIsTheLongestBlock()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.duration = 500ms;
    experiment.faults = {{FaultKind::Stop, "receiver", 150ms, 0ms}}; // for ever
    const FollowedRun run = follow(experiment);
    const WorkerResult& sender = worker(run.result, "sender");
    QVERIFY2(inSeconds(Nanoseconds(static_cast<std::int64_t>(sender.blocks.sending.max))) > 0.3,
             qPrintable(QString::number(sender.blocks.sending.max)));
    Nanoseconds longestSeen{};
    for (const SeriesPoint& point : run.result.series)
        longestSeen = std::max(longestSeen, point.blocks.openSending);
    QVERIFY2(longestSeen > 300ms, qPrintable(QString::number(longestSeen.count())));
}

void TestTimeAccuracy::twoSpinnersShareTheirCore()
{
    Experiment experiment = shortExperiment("shm_ring");
    experiment.duration = 1s;
    experiment.wait = Wait::Spin;
    experiment.cores = CorePlacement::Same;
    const double stolenBefore = secondsStolen();
    const FollowedRun run = follow(experiment);
    const double stolen = secondsStolen() - stolenBefore; // is neither
    QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    for (const WorkerResult& each : run.result.workers) {
        const double ready = share(each, WorkerState::Ready);
        const double running = share(each, WorkerState::Running);
        const QByteArray figures = QString("%1: ready %2, running %3; %4 s stolen")
                                       .arg(each.role.c_str())
                                       .arg(ready)
                                       .arg(running)
                                       .arg(stolen)
                                       .toUtf8();
        // Others may want that core as well: then there is less than half for each.
        QVERIFY2(ready >= 0.45 && running <= 0.55, figures.constData());
        QVERIFY2(ready + running + stolen / inSeconds(each.wall) >= 0.98, figures.constData());
    }
    const double difference = share(run.result.workers[0], WorkerState::Running) -
                              share(run.result.workers[1], WorkerState::Running);
    QVERIFY2(std::abs(difference) < 0.1, qPrintable(QString::number(difference)));
}

void TestTimeAccuracy::sleepAgreesWithTheKernelsRecord_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<QString>("load");
    for (const char* mechanism : {"pipe", "unix_stream", "posix_mq", "shm_ring"})
        for (const char* load : {"500/s", "20 k/s", "slow receiver"})
            QTest::addRow("%s, %s", mechanism, load) << mechanism << load;
}

/// The kernel's record knows who was off its core and when, but not when a sleeper was woken: until it runs
/// again it is ready. Between taking a core and the record of it the kernel works for the process and charges
/// it for that, which shows where switches are many: up to 15 microseconds a switch of a sleeper in a virtual
/// machine whose cores lie far apart, and some for those of a spinning sender whom its receiver pushes off
/// the core at each message.
void TestTimeAccuracy::sleepAgreesWithTheKernelsRecord()
{
    QFETCH(QString, mechanism);
    QFETCH(QString, load);
    Experiment experiment = slowReceiver(mechanism.toStdString());
    if (load.endsWith("/s")) {
        experiment = paced(mechanism.toStdString());
        experiment.load.options.set("rate", load.toStdString());
    }
    const double stolenBefore = secondsStolen();
    const RecordedRun told = recorded(experiment);
    const double stolen = secondsStolen() - stolenBefore;
    if (!told.refusal.empty())
        QSKIP(told.refusal.c_str());
    QVERIFY2(told.run.result.checksHold(), violatedChecks(told.run.result).c_str());
    for (const WorkerResult& each : told.run.result.workers) {
        const SwitchRecord& record = *told.records.at(each.role);
        QVERIFY2(!record.hasLost(), "records were lost");
        const SwitchRecord::OffCore off = record.offCore(told.windowBegan, told.windowBegan + each.wall);
        const double asleep = share(each, WorkerState::BlockedSending) +
                              share(each, WorkerState::BlockedReceiving) + share(each, WorkerState::Pacing);
        const double ready = share(each, WorkerState::Ready);
        const double offByItself = inSeconds(off.byItself) / inSeconds(each.wall);
        const double offCore = offByItself + inSeconds(off.whileWilling) / inSeconds(each.wall);
        const QByteArray figures = QString("%1: asleep %2, ready %3; off its core %4, of that by itself %5")
                                       .arg(each.role.c_str())
                                       .arg(asleep)
                                       .arg(ready)
                                       .arg(offCore)
                                       .arg(offByItself)
                                       .toUtf8();
        qInfo("%s", figures.constData());
        constexpr double twoPoints = 0.02;
        constexpr double secondsOfASwitch = 15e-6;
        constexpr double secondsOfAPreemption = 3e-6; // nobody has to be woken
        const double switching =
            load == "20 k/s" ? (secondsOfASwitch * static_cast<double>(each.voluntarySwitches) +
                                secondsOfAPreemption * static_cast<double>(each.involuntarySwitches)) /
                                   inSeconds(each.wall)
                             : 0;
        // To the guest's record a worker was on its core then, but it used no time.
        const double mostStolen = stolen / inSeconds(each.wall);
        QVERIFY2(asleep + ready <= offCore + twoPoints + mostStolen, figures.constData());
        QVERIFY2(asleep + ready >= offCore - twoPoints - switching, figures.constData());
        QVERIFY2(asleep <= offByItself + twoPoints + mostStolen, figures.constData());
        QVERIFY2(asleep >= offByItself - ready - twoPoints - switching, figures.constData());
    }
}

QTEST_GUILESS_MAIN(TestTimeAccuracy)
#include "tst_time_accuracy.moc"
