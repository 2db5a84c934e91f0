#include "engine/base/failure.h"
#include "tests/support/lowered_limit.h"
#include "tests/support/run_test.h"
#include "tests/support/test_process.h"

#include <QtTest>

#include <fmt/format.h>
#include <mqueue.h>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// The receiver is slower than the sender, so that the queue is always full.
Experiment backlog(const std::string& mechanism, const char* sharesOption, const char* shares)
{
    Experiment experiment = shortExperiment(mechanism);
    experiment.mechanismOptions.set(sharesOption, shares);
    experiment.receiverWork = 100us;
    experiment.measure.latencyEvery = 1;
    return experiment;
}

Experiment typedBacklog(const char* rule, const char* type)
{
    Experiment experiment = backlog("sysv_mq", "type_shares", "50 %, 30 %, 20 %");
    experiment.mechanismOptions.set("receive_rule", rule);
    experiment.mechanismOptions.set("receive_type", type);
    experiment.mechanismOptions.set("queue_bytes", "4 KiB");
    experiment.receiverWork = 0s;
    return experiment;
}

bool isSound(const RunResult& result)
{
    return result.summary.outcome == RunOutcome::Finished && result.checksHold() &&
           result.summary.integrity == IntegrityCounts{};
}

/// In the order of sending, from some of the delivered messages on.
bool isInOrderOfSending(const std::vector<Delivery>& deliveries)
{
    return std::ranges::is_sorted(deliveries, {}, &Delivery::sequence);
}

std::vector<Delivery> ofClass(const RunResult& result, unsigned messageClass)
{
    std::vector<Delivery> found;
    std::ranges::copy_if(result.deliveries, std::back_inserter(found),
                         [&](const Delivery& delivery) { return delivery.messageClass == messageClass; });
    return found;
}

} // namespace

/// What queues do with messages that are not all alike: real runs.
class TestQueues final : public RunTest {
    Q_OBJECT

private slots:
    void urgentMessagesArriveSooner();
    void smallMessagesAreToldApart_data();
    void smallMessagesAreToldApart();
    void warmUpDoesNotCount();
    void anyTypeComesInOrder();
    void exactTypeLeavesTheOthersQueued();
    void lowestTypeComesFirst();
    void exceptedTypeStaysQueued();
    void wholeClassesAddUpInTheSeries();
    void quotaTakenByAnotherProcessIsNamed();
    void queueMayBeMadeForLargerMessages();
    void contradictionsAreRefused_data();
    void contradictionsAreRefused();
};

void TestQueues::urgentMessagesArriveSooner()
{
    const RunResult result = follow(backlog("posix_mq", "priority_shares", "80 %, 20 %")).result;
    QVERIFY2(isSound(result), violatedChecks(result).c_str());
    QCOMPARE(result.classes.size(), std::size_t{2});
    const ClassResult& normal = result.classes[0];
    const ClassResult& urgent = result.classes[1];
    QVERIFY(normal.received > 100 && urgent.received > 20);
    QVERIFY2(urgent.response.p50 < normal.response.p50 && urgent.response.p99 < normal.response.p99,
             fmt::format("p99 {} ns of urgent, {} ns of normal ones", urgent.response.p99.count(),
                         normal.response.p99.count())
                 .c_str());
    QVERIFY(urgent.overtaking > 0 && urgent.overtaken == 0);
    QVERIFY(normal.overtaken > 0 && normal.overtaking == 0);
    QVERIFY(!isInOrderOfSending(result.deliveries));
    QVERIFY(isInOrderOfSending(ofClass(result, 0)) && isInOrderOfSending(ofClass(result, 1)));
}

void TestQueues::smallMessagesAreToldApart_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<QString>("option");
    QTest::newRow("posix_mq") << "posix_mq"
                              << "priority_shares";
    QTest::newRow("sysv_mq") << "sysv_mq"
                             << "type_shares";
}

void TestQueues::smallMessagesAreToldApart()
{
    QFETCH(QString, mechanism);
    QFETCH(QString, option);
    for (const std::uint64_t size : {1U, 3U, 8U, 40U}) {
        Experiment experiment =
            backlog(mechanism.toStdString(), option.toUtf8().constData(), "60 %, 30 %, 10 %");
        if (mechanism == "sysv_mq") {
            experiment.mechanismOptions.set("receive_rule", "lowest_first");
            experiment.mechanismOptions.set("queue_bytes",
                                            "1 KiB"); // the kernel looks through the whole queue
        }
        experiment.messageSize = size;
        experiment.receiverWork = 0s;
        const RunResult result = follow(experiment).result;
        QVERIFY2(isSound(result), violatedChecks(result).c_str());
        for (const ClassResult& messages : result.classes)
            QVERIFY(messages.received > 0 && messages.response.count > 0 && messages.queued == 0);
    }
}

/// Urgent messages of the window overtake those of the warm-up, which must not be counted when they come.
void TestQueues::warmUpDoesNotCount()
{
    Experiment experiment = backlog("posix_mq", "priority_shares", "50 %, 50 %");
    experiment.warmUp = 50ms;
    experiment.messages = 500;
    const RunResult result = follow(experiment).result;
    QVERIFY2(isSound(result), violatedChecks(result).c_str());
    QCOMPARE(result.summary.messagesReceived, std::uint64_t{500});
    QCOMPARE(result.summary.response.count, std::uint64_t{500});
    QCOMPARE(result.classes[0].received + result.classes[1].received, std::uint64_t{500});
}

void TestQueues::anyTypeComesInOrder()
{
    const RunResult result = follow(typedBacklog("any", "1")).result;
    QVERIFY2(isSound(result), violatedChecks(result).c_str());
    QVERIFY(isInOrderOfSending(result.deliveries));
    for (const ClassResult& messages : result.classes) {
        QVERIFY(messages.received > 0);
        QCOMPARE(messages.overtaking + messages.overtaken, std::uint64_t{0});
    }
}

void TestQueues::exactTypeLeavesTheOthersQueued()
{
    Experiment experiment = typedBacklog("exact", "2");
    experiment.warmUp = 0s;
    const RunResult result = follow(experiment).result;
    QVERIFY2(isSound(result), violatedChecks(result).c_str());
    QCOMPARE(result.classes[0].received + result.classes[2].received, std::uint64_t{0});
    QVERIFY(result.classes[1].received > 0);
    QVERIFY(result.classes[0].queued > 0 && result.classes[2].queued > 0);
    QCOMPARE(result.summary.messagesQueued,
             result.classes[0].queued + result.classes[1].queued + result.classes[2].queued);
}

void TestQueues::lowestTypeComesFirst()
{
    Experiment experiment = typedBacklog("lowest_first", "1");
    experiment.receiverWork = 100us;
    const RunResult result = follow(experiment).result;
    QVERIFY2(isSound(result), violatedChecks(result).c_str());
    QVERIFY(result.classes[0].overtaking > 0 && result.classes[0].overtaken == 0);
    QVERIFY(result.classes[2].overtaken > 0 && result.classes[2].overtaking == 0);
    QVERIFY(result.classes[0].response.p99 < result.classes[2].response.p99);
    for (const unsigned type : {0U, 1U, 2U})
        QVERIFY(isInOrderOfSending(ofClass(result, type)));
}

void TestQueues::exceptedTypeStaysQueued()
{
    Experiment experiment = typedBacklog("except", "1");
    experiment.warmUp = 0s;
    const RunResult result = follow(experiment).result;
    QVERIFY2(isSound(result), violatedChecks(result).c_str());
    QCOMPARE(result.classes[0].received, std::uint64_t{0});
    QVERIFY(result.classes[1].received > 0 && result.classes[2].received > 0);
    QVERIFY(result.classes[0].queued > 0);
    QVERIFY(isInOrderOfSending(result.deliveries)); // the others among themselves
}

void TestQueues::wholeClassesAddUpInTheSeries()
{
    const RunResult result = follow(backlog("posix_mq", "priority_shares", "80 %, 20 %")).result;
    for (std::size_t index = 0; index < result.classes.size(); ++index) {
        std::uint64_t sent = 0;
        std::uint64_t received = 0;
        std::uint64_t overtaken = 0;
        std::uint64_t latencies = 0;
        for (const SeriesPoint& point : result.series) {
            QCOMPARE(point.classes.size(), result.classes.size());
            sent += point.classes[index].sent;
            received += point.classes[index].received;
            overtaken += point.classes[index].overtaken;
            latencies += point.classes[index].response.count;
        }
        QCOMPARE(sent, result.classes[index].sent);
        QCOMPARE(received, result.classes[index].received);
        QCOMPARE(overtaken, result.classes[index].overtaken);
        QCOMPARE(latencies, result.classes[index].response.count);
    }
}

/// The kernel compares what all processes of the user take with the limit of the one that asks for more.
void TestQueues::quotaTakenByAnotherProcessIsNamed()
{
    constexpr long length = 10;
    constexpr long messageSize = 1024;
    TestProcess other([](const Talk& talk) {
        mq_attr attributes{};
        attributes.mq_maxmsg = length;
        attributes.mq_msgsize = messageSize;
        const std::string name = fmt::format("/ipclab-{}-taken", ::getpid());
        const mqd_t queue = ::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
        require(queue >= 0, "no queue for the other process");
        ::mq_unlink(name.c_str()); // it lives until the process ends
        talk.tell(1);
        talk.hear(Deadline::after(30s));
    });
    QVERIFY(other.talk().hear(Deadline::after(30s)));
    const LoweredLimit tight(RLIMIT_MSGQUEUE, length * (messageSize + 512));
    Experiment experiment = shortExperiment("posix_mq");
    experiment.messageSize = messageSize;
    const FollowedRun run = follow(experiment);
    other.talk().tell(1);
    QCOMPARE(QString::fromStdString(other.finish()), QString());
    QVERIFY(run.failure);
    const QString sentence = QString::fromStdString(run.failure->sentence());
    QVERIFY2(sentence.contains("15 KiB (RLIMIT_MSGQUEUE)"), qPrintable(sentence));
    QVERIFY2(sentence.contains("this one needs up to 11520 B, and others take more than 3840 B"),
             qPrintable(sentence));
    QVERIFY2(sentence.contains("ulimit -q"), qPrintable(sentence));
}

void TestQueues::queueMayBeMadeForLargerMessages()
{
    Experiment experiment = shortExperiment("posix_mq");
    experiment.mechanismOptions.set("message_size", "4 KiB");
    const RunResult result = follow(experiment).result;
    QVERIFY2(isSound(result), violatedChecks(result).c_str());
    const auto setting = std::ranges::find(result.effective, "message_size", &EffectiveSetting::id);
    QCOMPARE(setting->effective, std::string("4 KiB"));
}

void TestQueues::contradictionsAreRefused_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("message above the queue's")
        << "posix_mq" << QStringList{"message_size", "32 B"}
        << "message.size must be at most 32 B with posix_mq, because the queue";
    QTest::newRow("queue above the quota")
        << "posix_mq" << QStringList{"message_size", "1 MiB"} << "message_size must be at most";
    QTest::newRow("no such type") << "sysv_mq" << QStringList{"receive_rule", "exact", "receive_type", "2"}
                                  << "receive_type must be at most 1";
    QTest::newRow("nothing to receive")
        << "sysv_mq" << QStringList{"receive_rule", "except"} << "receive_rule cannot be except";
    QTest::newRow("message above the queue's bytes") << "sysv_mq" << QStringList{"queue_bytes", "128 B"}
                                                     << "message.size must be at most 128 B with sysv_mq";
}

void TestQueues::contradictionsAreRefused()
{
    QFETCH(QString, mechanism);
    QFETCH(QStringList, options);
    QFETCH(QString, sentence);
    Experiment experiment = shortExperiment(mechanism.toStdString());
    experiment.messageSize = 200;
    for (qsizetype index = 0; index + 1 < options.size(); index += 2)
        experiment.mechanismOptions.set(options[index].toStdString(), options[index + 1].toStdString());
    const std::vector<Problem> found = problems(experiment);
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY2(QString::fromStdString(found[0].sentence).contains(sentence), found[0].sentence.c_str());
}

QTEST_GUILESS_MAIN(TestQueues)
#include "tst_queues.moc"
