#include "tests/support/cli_test.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

#include <csignal>

using namespace ipclab;

/// Runs, and the signals that end them.
class TestCliRun final : public CliTest {
    Q_OBJECT

private slots:
    void runsAndSummarises();
    void readsAnExperimentFromStandardInput();
    void variantsMakeAList();
    void cleanFindsNothingAfterARun();
    void endsThoughItWasStartedWithSigchldIgnored();
    void progressIsALineEachSecond();
    void whatIsLeftOfACountedFanOutIsOfAllItsCopies();
    void signalStopsTheRunAndKeepsItsResult_data();
    void signalStopsTheRunAndKeepsItsResult();
    void secondSignalEndsAtOnce();
    void signalSkipsTheVariantsThatAreLeft();
};

void TestCliRun::runsAndSummarises()
{
    const Ended ended = callCli(shortRun());
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    for (const char* part :
         {"throughput", "p99.9", "response", "service", "integrity", "sender", "receiver", "self-checks"})
        QVERIFY2(ended.output.contains(part), part);
}

void TestCliRun::readsAnExperimentFromStandardInput()
{
    const QByteArray text = "mechanism = \"unix_stream\"\nduration = \"100 ms\"\nwarm_up = \"20 ms\"\n"
                            "exchange = \"round-trip\"\n";
    const Ended ended = callCli({"run", "-", "--json", "-", "--quiet"}, text);
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    QCOMPARE(objectIn(ended.output).value("experiment")["exchange"].toString(), "round-trip");
}

void TestCliRun::variantsMakeAList()
{
    const QString file = fileWith("duration = \"100 ms\"\nwarm_up = \"20 ms\"\n"
                                  "[[variant]]\ntitle = \"Pipe\"\nmechanism = \"pipe\"\n"
                                  "[[variant]]\ntitle = \"Socket\"\nmechanism = \"unix_stream\"\n");
    const Ended ended = callCli({"run", file, "--json", "-", "--csv", path("tables"), "--quiet"});
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    const QJsonArray list = QJsonDocument::fromJson(ended.output.toUtf8()).array();
    QCOMPARE(list.size(), 2);
    QCOMPARE(list[1]["experiment"]["mechanism"].toString(), "unix_stream");
    QCOMPARE(contentOf(path("tables/summary.csv")).count("\r\n"), 3);
    QVERIFY(contentOf(path("tables/2-socket/series.csv")).count("\r\n") > 1);
}

void TestCliRun::cleanFindsNothingAfterARun()
{
    QProcess process;
    setRuntimeDirectory(process, directory());
    process.start(cliProgram(), shortRun({"--set", "mechanism=posix_mq", "--quiet"}));
    QCOMPARE(collect(process).status, 0);
    process.start(cliProgram(), {"clean", "--dry-run"});
    const Ended ended = collect(process);
    QCOMPARE(ended.status, 0);
    QCOMPARE(ended.output, "Nothing is left of earlier runs.\n");
}

void TestCliRun::endsThoughItWasStartedWithSigchldIgnored()
{
    const Ended ended = callInShell("trap '' CHLD; exec \"$1\" run --quiet --set duration=100ms");
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
}

void TestCliRun::whatIsLeftOfACountedFanOutIsOfAllItsCopies()
{
    const Ended ended =
        callCli({"run", "--set", "messages=2500", "--set", "warm_up=0", "--set", "mechanism=pipe", "--set",
                 "shape.kind=fan-out", "--set", "shape.receivers=4", "--set", "load.profile=constant",
                 "--set", "load.rate=1 k/s"});
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    const QString first = ended.errors.section('\n', 0, 0);
    QVERIFY2(first.contains(" s left"), qPrintable(first)); // and not 0 ns or some milliseconds
}

void TestCliRun::progressIsALineEachSecond()
{
    const Ended ended =
        callCli({"run", "--set", "duration=2500 ms", "--set", "warm_up=0", "--set", "mechanism=pipe"});
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    const QStringList lines = ended.errors.split('\n', Qt::SkipEmptyParts);
    QVERIFY2(lines.size() >= 1 && lines.size() <= 3, qPrintable(ended.errors));
    for (const QString& line : lines)
        QVERIFY2(line.contains("/s, ") && line.endsWith(" left"), qPrintable(line));
}

void TestCliRun::signalStopsTheRunAndKeepsItsResult_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
}

void TestCliRun::signalStopsTheRunAndKeepsItsResult()
{
    QFETCH(int, signal);
    QProcess process;
    process.start(cliProgram(),
                  {"run", "--set", "duration=1 min", "--set", "warm_up=0", "--json", path("result.json")});
    QVERIFY(process.waitForStarted());
    process.setReadChannel(QProcess::StandardError);
    QVERIFY(process.waitForReadyRead(cliPatience)); // the first second is over
    ::kill(static_cast<pid_t>(process.processId()), signal);
    const Ended ended = collect(process);
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains("stopped by a signal"), qPrintable(ended.errors));
    const QJsonObject result = objectIn(contentOf(path("result.json")));
    QCOMPARE(result["summary"]["outcome"].toString(), "stopped");
    QVERIFY(result["summary"]["messages_received"].toDouble() > 0);
    QVERIFY(result["summary"]["seconds"].toDouble() < 30);
}

void TestCliRun::secondSignalEndsAtOnce()
{
    QProcess process;
    process.start(cliProgram(), {"run", "--set", "duration=1 min", "--set", "warm_up=0"});
    QVERIFY(process.waitForStarted());
    process.setReadChannel(QProcess::StandardError);
    QVERIFY(process.waitForReadyRead(cliPatience));
    const auto pid = static_cast<pid_t>(process.processId());
    // Both are there before it looks, which is what two quick presses of Ctrl+C are.
    ::kill(pid, SIGSTOP);
    ::kill(pid, SIGINT);
    ::kill(pid, SIGTERM);
    ::kill(pid, SIGCONT);
    const Ended ended = collect(process);
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains("cut off by a second signal"), qPrintable(ended.errors));
}

void TestCliRun::signalSkipsTheVariantsThatAreLeft()
{
    const QString file = fileWith("mechanism = \"pipe\"\nwarm_up = 0\n[[variant]]\nduration = \"1 min\"\n"
                                  "[[variant]]\nduration = \"2 min\"\n");
    QProcess process;
    process.start(cliProgram(), {"run", file, "--json", path("result.json")});
    QVERIFY(process.waitForStarted());
    process.setReadChannel(QProcess::StandardError);
    QVERIFY(process.waitForReadyRead(cliPatience));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QCOMPARE(collect(process).status, 1);
    QCOMPARE(QJsonDocument::fromJson(contentOf(path("result.json"))).array().size(), 1);
}

QTEST_GUILESS_MAIN(TestCliRun)
#include "tst_cli_run.moc"
