#include "tests/support/run_fixture.h"

#include <QtTest>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

const WorkerResult& receiverOf(const RunResult& result)
{
    return *std::ranges::find(result.workers, "receiver", &WorkerResult::role);
}

double shareOf(const WorkerResult& worker, WorkerState state)
{
    return static_cast<double>(worker.time[state].count()) / static_cast<double>(worker.wall.count());
}

double userPerMessage(const RunResult& result)
{
    const WorkerResult& receiver = receiverOf(result);
    return static_cast<double>(receiver.user.count()) / static_cast<double>(receiver.received);
}

} // namespace

/// What a receiver does besides receiving: it computes, goes through memory, sleeps, and is slowed down.
class TestReceiverWork final : public QObject {
    Q_OBJECT

private slots:
    void sleepingIsAStateOfItsOwn();
    void sleepingEndsWithTheRun();
    void memoryIsReallyTouched();
    void allKindsOfWorkAddUp();
};

void TestReceiverWork::sleepingIsAStateOfItsOwn()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.duration = 1s;
    experiment.receiverSleep = 2ms;
    const FollowedRun run = follow(experiment);
    QVERIFY(!run.failure);
    QVERIFY2(violatedChecks(run.result).empty(), violatedChecks(run.result).c_str());
    const WorkerResult& receiver = receiverOf(run.result);
    const double sleeping = shareOf(receiver, WorkerState::Sleeping);
    // Where others want the core, it may have to wait for it when it wakes up.
    QVERIFY2(sleeping > 0.5 && sleeping + shareOf(receiver, WorkerState::Ready) > 0.85,
             qPrintable(QString::number(sleeping)));
    // It is neither waiting for messages, of which the pipe is full, nor for the time of the next.
    QVERIFY(shareOf(receiver, WorkerState::BlockedReceiving) < 0.1);
    QCOMPARE(receiver.time[WorkerState::Pacing].count(), std::int64_t{0});
    QVERIFY2(run.result.summary.messagesPerSecond < 500,
             qPrintable(QString::number(run.result.summary.messagesPerSecond)));
}

void TestReceiverWork::sleepingEndsWithTheRun()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.receiverSleep = 10s;
    const Nanoseconds begun = now();
    const FollowedRun run = follow(experiment);
    QVERIFY(!run.failure);
    QVERIFY(now() - begun < 6s);
    QCOMPARE(receiverOf(run.result).exit, std::string("finished")); // it was not killed
}

void TestReceiverWork::memoryIsReallyTouched()
{
    Experiment experiment = shortExperiment("unix_seqpacket");
    experiment.duration = 500ms;
    const FollowedRun idle = follow(experiment);
    experiment.receiverTouch = 256 * 1024;
    const FollowedRun busy = follow(experiment);
    QVERIFY(!idle.failure && !busy.failure);
    // No core goes through a quarter of a MiB, read and written, in less than a microsecond.
    const double more = userPerMessage(busy.result) - userPerMessage(idle.result);
    QVERIFY2(more > 1000, qPrintable(QString::number(more)));
    QVERIFY(busy.result.summary.messagesPerSecond < idle.result.summary.messagesPerSecond);
}

void TestReceiverWork::allKindsOfWorkAddUp()
{
    Experiment experiment = shortExperiment("pipe", Exchange::RoundTrip);
    experiment.receiverWork = 300us;
    experiment.receiverTouch = 4096;
    experiment.receiverSleep = 500us;
    const FollowedRun run = follow(experiment);
    QVERIFY(!run.failure);
    QVERIFY2(violatedChecks(run.result).empty(), violatedChecks(run.result).c_str());
    QVERIFY2(run.result.summary.response.min >= 800us,
             qPrintable(QString::number(run.result.summary.response.min.count())));
}

QTEST_GUILESS_MAIN(TestReceiverWork)
#include "tst_receiver_work.moc"
