#include "engine/mechanisms/catalog.h"
#include "tests/support/run_fixture.h"
#include "tests/support/skip_unavailable.h"

#include <QtTest>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// As fast as possible, with a receiver that is stopped for a while, so that the channel is full.
Experiment withStoppedReceiver(const std::string& mechanism)
{
    Experiment experiment = shortExperiment(mechanism);
    experiment.duration = 300ms;
    experiment.faults = {{.kind = FaultKind::Stop, .target = "receiver", .at = 100ms, .length = 150ms}};
    experiment.waiting.deadline = 2ms;
    return experiment;
}

std::string sentenceOf(const Experiment& experiment, const std::string& key)
{
    for (const Problem& problem : problems(experiment))
        if (problem.key == key)
            return problem.sentence;
    return {};
}

const WaitCounts& waitsOf(const RunResult& result, std::size_t worker)
{
    return result.workers.at(worker).waits;
}

} // namespace

class TestDeadlines final : public QObject {
    Q_OBJECT

private slots:
    void init() { IPCLAB_SKIP_UNAVAILABLE_ROW(); }

    void whatIsGivenUpWasNeverSent_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<int>("wait");
        for (const char* mechanism :
             {"pipe", "unix_stream", "unix_datagram", "posix_mq", "sysv_mq", "shm_ring", "shm_pool"})
            QTest::newRow(mechanism) << QString(mechanism) << static_cast<int>(Wait::Block);
        QTest::newRow("pipe, poll") << QString("pipe") << static_cast<int>(Wait::Poll);
        QTest::newRow("pipe, spin") << QString("pipe") << static_cast<int>(Wait::Spin);
        QTest::newRow("pipe, hybrid") << QString("pipe") << static_cast<int>(Wait::Hybrid);
    }
    void whatIsGivenUpWasNeverSent()
    {
        QFETCH(QString, mechanism);
        QFETCH(int, wait);
        Experiment experiment = withStoppedReceiver(mechanism.toStdString());
        experiment.wait = static_cast<Wait>(wait);
        experiment.waiting.expiry = ExpiryRule::Skip;
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QCOMPARE(result.summary.outcome, RunOutcome::Finished);
        QVERIFY(result.summary.integrity == IntegrityCounts()); // no number is missing
        QCOMPARE(result.summary.messagesSent, result.summary.messagesReceived);
        QVERIFY(waitsOf(result, 0).givenUp > 10);
        QVERIFY(waitsOf(result, 0).timeOuts >= waitsOf(result, 0).givenUp);
        QVERIFY(result.workers[0].wouldBlock > 0);
    }

    /// Whatever can be full: nothing but a message that is half in the channel keeps its sender.
    void everyMechanismLetsAMessageBeGivenUp_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("choice");
        for (const Mechanism* mechanism : allMechanisms())
            // UDP is never full, and what fills TCP's buffers up is nearly always a part of a message.
            if (mechanism->info().traits.loss == Loss::Never && mechanism->info().id != "tcp")
                QTest::newRow(mechanism->info().id.c_str())
                    << QString::fromStdString(mechanism->info().id) << QString() << QString();
        const auto add = [](const char* mechanism, const char* option, const char* choice) {
            QTest::addRow("%s, %s", mechanism, choice)
                << QString(mechanism) << QString(option) << QString(choice);
        };
        add("pipe_splice", "method", "gift");
        add("process_vm", "direction", "sender_writes");
        add("eventfd", "mode", "semaphore");
        add("shared_memory", "copy", "outside");
        for (const char* lock : {"spin", "robust", "posix_semaphore", "sysv_semaphore", "futex", "eventfd"})
            add("shared_memory", "lock", lock);
    }
    void everyMechanismLetsAMessageBeGivenUp()
    {
        QFETCH(QString, mechanism);
        QFETCH(QString, option);
        QFETCH(QString, choice);
        Experiment experiment = withStoppedReceiver(mechanism.toStdString());
        experiment.waiting.expiry = ExpiryRule::Skip;
        if (!option.isEmpty())
            experiment.mechanismOptions.set(option.toStdString(), choice.toStdString());
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QCOMPARE(result.summary.outcome, RunOutcome::Finished);
        QVERIFY(result.summary.integrity == IntegrityCounts());
        QCOMPARE(result.summary.messagesSent, result.summary.messagesReceived);
        QVERIFY2(waitsOf(result, 0).givenUp > 10, qPrintable(QString::number(waitsOf(result, 0).givenUp)));
    }

    void smallMessagesKeepTheirTimesWhenOneIsGivenUp()
    {
        Experiment experiment = withStoppedReceiver("pipe");
        experiment.messageSize = 8;
        experiment.measure.latencyEvery = 2;
        experiment.waiting.expiry = ExpiryRule::Skip;
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY(waitsOf(result, 0).givenUp > 10);
    }

    void aMessageThatIsHalfInThePipeIsFinished()
    {
        Experiment experiment = withStoppedReceiver("pipe");
        experiment.mechanismOptions.set("capacity", "4 KiB");
        // So large that the receiver is hardly ever stopped with a message's last piece before it: then
        // nothing of the next one is in the pipe.
        experiment.messageSize = 4 << 20;
        experiment.measure.integrity = Integrity::Full;
        experiment.waiting.expiry = ExpiryRule::Skip;
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY(result.summary.integrity == IntegrityCounts());
        const WaitCounts& waits = waitsOf(result, 0);
        QVERIFY(waits.timeOuts > 10);
        QVERIFY2(waits.givenUp <= 1,
                 qPrintable(QString("%1 given up in %2 time-outs").arg(waits.givenUp).arg(waits.timeOuts)));
    }

    void whoRetriesGivesNothingUp()
    {
        const RunResult result = follow(withStoppedReceiver("unix_stream")).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY(waitsOf(result, 0).timeOuts > 10);
        QCOMPARE(waitsOf(result, 0).givenUp, std::uint64_t{0});
    }

    void aReceiverCountsItsOwnExpiries_data()
    {
        QTest::addColumn<unsigned>("senders");
        QTest::newRow("one sender") << 1U;
        QTest::newRow("several channels") << 3U;
    }
    void aReceiverCountsItsOwnExpiries()
    {
        QFETCH(unsigned, senders);
        Experiment experiment = shortExperiment("pipe");
        experiment.load.profile = "constant";
        experiment.load.options.set("rate", "50 /s");
        experiment.waiting.deadline = 2ms;
        if (senders > 1)
            experiment.shape = {
                .kind = ShapeKind::FanIn, .senders = senders, .channels = ChannelUse::Separate};
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY2(waitsOf(result, senders).timeOuts > 10,
                 qPrintable(QString::number(waitsOf(result, senders).timeOuts)));
        QCOMPARE(waitsOf(result, senders).givenUp, std::uint64_t{0});
    }

    void backOffIsCountedAndGrows()
    {
        Experiment experiment = shortExperiment("pipe");
        experiment.wait = Wait::Spin;
        experiment.load.profile = "constant";
        experiment.load.options.set("rate", "100 /s");
        experiment.waiting.backOff = BackOffKind::Exponential;
        experiment.waiting.firstPause = 10us;
        experiment.waiting.largestPause = 2ms;
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        const WaitCounts& waits = waitsOf(result, 1);
        QVERIFY(waits.backOffs > 10);
        QVERIFY2(waits.backOffTime / static_cast<std::int64_t>(waits.backOffs) > 100us, "pauses do not grow");
        QVERIFY2(waits.backOffTime > result.workers[1].wall / 2, "it was hardly ever asleep");
        QVERIFY(!result.workers[1].busyWaiting);
    }

    void whoYieldsDoesNotSleep()
    {
        Experiment experiment = shortExperiment("pipe");
        experiment.wait = Wait::Spin;
        experiment.waiting.backOff = BackOffKind::Yield;
        experiment.load.profile = "constant";
        experiment.load.options.set("rate", "100 /s");
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY(result.summary.waits.backOffs > 0);
        const WorkerResult& receiver = worker(result, "receiver"); // it waits nearly all the time
        const Nanoseconds hadACore = receiver.wall - receiver.time[WorkerState::Ready];
        QVERIFY(receiver.busyWaiting);
        QVERIFY2(receiver.user + receiver.system > hadACore / 2,
                 qPrintable(QString::number((receiver.user + receiver.system).count())));
    }

    void whatDoesNotGoTogetherIsSaid()
    {
        Experiment experiment;
        experiment.waiting.expiry = ExpiryRule::Skip;
        QVERIFY(sentenceOf(experiment, "waiting.expiry").find("waiting.deadline") != std::string::npos);
        experiment.waiting.deadline = 1ms;
        QVERIFY(problems(experiment).empty());
        experiment.shape = {.kind = ShapeKind::FanOut, .receivers = 2};
        QVERIFY(!sentenceOf(experiment, "waiting.expiry").empty());
        experiment = {};
        experiment.waiting.backOff = BackOffKind::Yield;
        QVERIFY(sentenceOf(experiment, "waiting.back_off").find("spin") != std::string::npos);
        experiment.waiting.firstPause = 2ms;
        QVERIFY(sentenceOf(experiment, "waiting.largest_pause").find("2 ms") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestDeadlines)
#include "tst_deadlines.moc"
