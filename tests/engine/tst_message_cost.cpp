#include "engine/run/message_cost.h"
#include "tests/support/run_fixture.h"

#include <QtTest>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

WorkerResult worker(std::uint64_t systemCalls, Nanoseconds user, Nanoseconds system, std::uint64_t switches)
{
    WorkerResult result;
    result.systemCalls = systemCalls;
    result.user = user;
    result.system = system;
    result.voluntarySwitches = switches;
    return result;
}

} // namespace

/// What a message costs (S12, S23).
class TestMessageCost final : public QObject {
    Q_OBJECT

private slots:
    void bothWorkersArePaidByTheMessagesReceived()
    {
        RunResult result;
        result.workers = {worker(10, 100ns, 40ns, 3), worker(20, 200ns, 60ns, 2)};
        result.workers[1].involuntarySwitches = 5;
        result.summary.messagesReceived = 10;
        const MessageCost cost = costPerMessage(result);
        QCOMPARE(cost, (MessageCost{.copies = 2,
                                    .systemCalls = 3,
                                    .userNanoseconds = 30,
                                    .systemNanoseconds = 10,
                                    .contextSwitches = 1}));
        result.experiment.exchange = Exchange::RoundTrip;
        QCOMPARE(costPerMessage(result).copies, 4.0);
    }

    void nothingReceivedCostsNothing()
    {
        RunResult result;
        result.workers = {worker(10, 100ns, 40ns, 3)};
        QCOMPARE(costPerMessage(result), MessageCost{});
    }

    /// 200 messages a second over a pipe: one write, one read that finds nothing, one that sleeps.
    void aPacedPipeTakesAReadThatSleepsPerMessage_data()
    {
        QTest::addColumn<int>("wait");
        QTest::addColumn<double>("systemCalls");
        QTest::newRow("block") << static_cast<int>(Wait::Block) << 3.0;
        QTest::newRow("poll") << static_cast<int>(Wait::Poll) << 4.0; // poll(2) besides
    }
    void aPacedPipeTakesAReadThatSleepsPerMessage()
    {
        QFETCH(int, wait);
        QFETCH(double, systemCalls);
        Experiment experiment = shortExperiment("pipe");
        experiment.wait = static_cast<Wait>(wait);
        experiment.load.profile = "constant";
        experiment.load.options.set("rate", "200");
        experiment.messages = 100;
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        const MessageCost& cost = run.result.summary.cost;
        // A receiver that was kept from its core finds several messages at once; 10 of 100 are allowed for.
        QVERIFY2(cost.systemCalls <= systemCalls + 0.2 && cost.systemCalls >= systemCalls - 0.4,
                 qPrintable(QString::number(cost.systemCalls)));
        QVERIFY(cost.contextSwitches > 0.5);
        QVERIFY(cost.userNanoseconds + cost.systemNanoseconds > 0);
        QCOMPARE(cost.copies, 2.0);
    }

    /// Memory that both share is asked of nobody: a spinning pair makes no system call at all.
    void aSpinningRingMakesNoSystemCalls()
    {
        Experiment experiment = shortExperiment("shm_ring");
        experiment.wait = Wait::Spin;
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        QCOMPARE(run.result.summary.cost.systemCalls, 0.0);
        QCOMPARE(run.result.summary.cost.copies, 0.0);
    }
};

QTEST_GUILESS_MAIN(TestMessageCost)
#include "tst_message_cost.moc"
