#include "tests/support/run_test.h"

#include <QtTest>

using namespace ipclab;

namespace {

struct Variant {
    const char* mechanism;
    const char* option;
    const char* value;
};

/// Options that decide who copies, and when memory may be written again.
constexpr Variant variants[] = {
    {"pipe_splice", "method", "vmsplice"},
    {"pipe_splice", "method", "gift"},
    {"pipe_splice", "capacity", "4 KiB"},
    {"pipe_splice", "capacity", "1 MiB"},
    {"process_vm", "direction", "receiver_reads"},
    {"process_vm", "direction", "sender_writes"},
    {"process_vm", "queue_length", "1"},
    {"descriptor_passing", "queue_length", "1"},
    {"descriptor_passing", "queue_length", "64"},
    {"io_uring", "depth", "1"},
    {"io_uring", "depth", "7"},
    {"io_uring", "depth", "64"},
    {"io_uring", "sqpoll", "on"},
};

} // namespace

/// Real workers over every way in which these mechanisms can be set up, with every byte written anew and
/// checked.
class TestSpecialRuns final : public RunTest {
    Q_OBJECT

private slots:
    void everyByteArrives_data();
    void everyByteArrives();
    void bothModesOfAnEventCounterCount_data();
    void bothModesOfAnEventCounterCount();
};

void TestSpecialRuns::everyByteArrives_data()
{
    QTest::addColumn<Variant>("variant");
    QTest::addColumn<int>("size");
    for (const Variant& variant : variants)
        for (const int size : {64, 70'000})
            QTest::addRow("%s, %s %s, %d B", variant.mechanism, variant.option, variant.value, size)
                << variant << size;
}

void TestSpecialRuns::everyByteArrives()
{
    QFETCH(Variant, variant);
    QFETCH(int, size);
    Experiment experiment = shortExperiment(variant.mechanism);
    experiment.mechanismOptions.set(variant.option, variant.value);
    experiment.messageSize = static_cast<std::uint64_t>(size);
    experiment.messages = 3'000;
    experiment.measure.integrity = Integrity::Full;
    const FollowedRun run = follow(experiment);
    QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
    QCOMPARE(run.result.summary.messagesReceived, experiment.messages);
    QVERIFY(run.result.summary.integrity == IntegrityCounts());
}

void TestSpecialRuns::bothModesOfAnEventCounterCount_data()
{
    QTest::addColumn<QString>("mode");
    for (const char* mode : {"counter", "semaphore"})
        QTest::addRow("eventfd, %s", mode) << mode;
}

void TestSpecialRuns::bothModesOfAnEventCounterCount()
{
    QFETCH(QString, mode);
    Experiment experiment = shortExperiment("eventfd");
    experiment.mechanismOptions.set("mode", mode.toStdString());
    experiment.messages = 100'000;
    const FollowedRun run = follow(experiment);
    QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
    QCOMPARE(run.result.summary.messagesSent, experiment.messages);
    QCOMPARE(run.result.summary.messagesReceived, experiment.messages);
}

QTEST_GUILESS_MAIN(TestSpecialRuns)
#include "tst_special_runs.moc"
