#include "engine/mechanisms/catalog.h"
#include "tests/support/problem_sentences.h"
#include "tests/support/run_test.h"

#include <QtTest>

#include <fmt/format.h>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

Experiment senderFirst(const QString& mechanism, const QStringList& options, std::uint64_t messages)
{
    Experiment experiment = shortExperiment(mechanism.toStdString());
    for (qsizetype index = 0; index + 1 < options.size(); index += 2)
        experiment.mechanismOptions.set(options[index].toStdString(), options[index + 1].toStdString());
    experiment.start = StartOrder::SenderFirst;
    experiment.messages = messages;
    experiment.warmUp = 0s;
    return experiment;
}

} // namespace

/// What keeps messages keeps them from a sender that has gone for a receiver that is still to come: real
/// runs.
class TestSenderFirst final : public RunTest {
    Q_OBJECT

private slots:
    void messagesWaitForAReceiverThatComesLater_data();
    void messagesWaitForAReceiverThatComesLater();
    void senderNeedsRoom_data() { messagesWaitForAReceiverThatComesLater_data(); }
    void senderNeedsRoom();
    void everyLockOutlivesItsUsers();
    void whatKeepsNothingIsRefused();
    void whatWakesNeedsANameToo();
    void memoryNeedsAName_data();
    void memoryNeedsAName();
};

void TestSenderFirst::messagesWaitForAReceiverThatComesLater_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<quint64>("room");
    QTest::addColumn<QString>("where");
    const QStringList none;
    QTest::newRow("POSIX queue") << "posix_mq" << none << quint64{10}
                                 << "POSIX message queue; the kernel counts 10";
    QTest::newRow("System V queue") // of 64 B in 16 KiB
        << "sysv_mq" << none << quint64{256} << "System V message queue; the kernel counts 16 KiB";
    QTest::newRow("mapped file") << "mapped_file" << QStringList{"slots", "16"} << quint64{16}
                                 << "mapped file";
    QTest::newRow("ring in POSIX memory") << "shm_ring" << QStringList{"slots", "16", "memory", "posix"}
                                          << quint64{16} << "POSIX shared memory";
    QTest::newRow("pool in System V memory") << "shm_pool" << QStringList{"chunks", "16", "memory", "sysv"}
                                             << quint64{16} << "System V shared memory";
    QTest::newRow("slots in a file") << "shared_memory" << QStringList{"slots", "16", "memory", "file"}
                                     << quint64{16} << "mapped file";
}

void TestSenderFirst::messagesWaitForAReceiverThatComesLater()
{
    QFETCH(QString, mechanism);
    QFETCH(QStringList, options);
    QFETCH(quint64, room);
    QFETCH(QString, where);
    const RunResult result = follow(senderFirst(mechanism, options, room)).result;
    QCOMPARE(result.summary.outcome, RunOutcome::Finished);
    QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
    QCOMPARE(result.summary.integrity, IntegrityCounts{});
    QCOMPARE(quint64{result.summary.messagesReceived}, room);
    QCOMPARE(result.summary.messagesQueued, std::uint64_t{0});

    const auto find = [&](EventKind kind, const std::string& worker) {
        return std::ranges::find_if(result.events, [&](const LoggedEvent& event) {
            return event.kind == kind && event.worker == worker;
        });
    };
    const auto exited = find(EventKind::Exited, "sender");
    const auto waiting = find(EventKind::Closed, "");
    const auto started = find(EventKind::Started, "receiver");
    QVERIFY(exited < waiting && waiting < started && started != result.events.end());
    QCOMPARE(QString::fromStdString(waiting->text),
             QString("%1 messages wait in the %2").arg(room).arg(where));
    QVERIFY(result.summary.response.min >= started->at - exited->at);
}

void TestSenderFirst::senderNeedsRoom()
{
    QFETCH(QString, mechanism);
    QFETCH(QStringList, options);
    QFETCH(quint64, room);
    const FollowedRun run = follow(senderFirst(mechanism, options, room + 1));
    QVERIFY(run.failure);
    const std::string sentence = run.failure->sentence();
    QVERIFY2(sentence.find(fmt::format("at most {} messages", room)) != std::string::npos, sentence.c_str());
}

void TestSenderFirst::everyLockOutlivesItsUsers()
{
    const Mechanism* mechanism = findMechanism("shared_memory");
    const auto lock = std::ranges::find(mechanism->info().options, "lock", &OptionSpec::id);
    QVERIFY(lock->choices.size() > 5);
    for (const OptionChoice& choice : lock->choices) {
        const QStringList options{"slots", "16",   "memory",
                                  "posix", "lock", QString::fromStdString(choice.id)};
        const Experiment experiment = senderFirst("shared_memory", options, 16);
        if (choice.id == "eventfd") { // which goes with its last descriptor
            const std::string sentence = sentenceAbout(problems(experiment), "start");
            QVERIFY2(sentence.find("set mechanism_options.lock to another") != std::string::npos,
                     sentence.c_str());
            continue;
        }
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.summary.messagesReceived == 16 && result.checksHold(), choice.id.c_str());
    }
}

void TestSenderFirst::whatKeepsNothingIsRefused()
{
    Experiment experiment = senderFirst("pipe", {}, 0);
    experiment.warmUp = 1s;
    const std::vector<Problem> found = problems(experiment);
    QStringList keys;
    for (const Problem& problem : found)
        keys << QString::fromStdString(problem.key);
    QCOMPARE(keys, (QStringList{"start", "messages", "warm_up"}));
    QCOMPARE(QString::fromStdString(found[0].sentence),
             "start cannot be sender-first with pipe: it keeps no message when nobody has it open; posix_mq, "
             "sysv_mq, mapped_file or shared memory with a name would");
}

void TestSenderFirst::whatWakesNeedsANameToo()
{
    Experiment experiment = senderFirst("shm_ring", {"memory", "posix"}, 8);
    experiment.wait = Wait::Poll;
    QCOMPARE(QString::fromStdString(sentenceAbout(problems(experiment), "start")),
             "start cannot be sender-first with shm_ring: only what has a name outlives its sender, and the "
             "eventfd by which they wake each other has none; wake by futex, or spin");
}

void TestSenderFirst::memoryNeedsAName_data()
{
    QTest::addColumn<QString>("mechanism");
    for (const char* mechanism : {"shm_ring", "shm_pool", "shared_memory"})
        QTest::newRow(mechanism) << mechanism;
}

void TestSenderFirst::memoryNeedsAName()
{
    QFETCH(QString, mechanism);
    QCOMPARE(QString::fromStdString(sentenceAbout(problems(senderFirst(mechanism, {}, 8)), "start")),
             "start cannot be sender-first with " + mechanism +
                 ": only what has a name outlives its sender, and a memory file has none; set "
                 "mechanism_options.memory to posix, sysv or file");
    QCOMPARE(sentenceAbout(problems(senderFirst(mechanism, {"memory", "posix"}, 8)), "start"), std::string());
}

QTEST_GUILESS_MAIN(TestSenderFirst)
#include "tst_sender_first.moc"
