#include "tests/support/cli_test.h"
#include "tests/support/few_cores.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

using namespace ipclab;

/// Where results go, and what is said when they cannot go there.
class TestCliOutput final : public CliTest {
    Q_OBJECT

private slots:
    void quietPrintsNothing();
    void jsonOnStandardOutputIsAllThereIs();
    void jsonAndCsvHoldTheSameFigures();
    void namesATargetThatCannotBeWritten_data();
    void namesATargetThatCannotBeWritten();
    void fullDiskDoesNotLoseTheOtherExport();
    void namesADirectoryThatItMayNotWriteTo();
    void closedStandardOutputIsAFailure();
    void aMapThatCannotBePrintedIsStillWritten();
    void readerThatWentAwayIsAFailure();
};

void TestCliOutput::aMapThatCannotBePrintedIsStillWritten()
{
    const FewCores two(2);
    const Ended ended =
        callInShell("exec \"$1\" cores --time 20ms --csv '" + path("map.csv") + "' > /dev/full");
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains("ENOSPC"), qPrintable(ended.errors));
    QVERIFY(contentOf(path("map.csv")).startsWith("from core,to core"));
    QCOMPARE(callCli({"cores", "--csv", "-"}).status, 2);
}

void TestCliOutput::quietPrintsNothing()
{
    const Ended ended = callCli(shortRun({"--quiet"}));
    QCOMPARE(ended.status, 0);
    QCOMPARE(ended.output + ended.errors, QString());
}

void TestCliOutput::jsonOnStandardOutputIsAllThereIs()
{
    const Ended ended = callCli(shortRun({"--json", "-"}));
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    const QJsonObject result = objectIn(ended.output);
    QCOMPARE(result["schema"].toString(), "ipclab.run/1");
    QCOMPARE(result["summary"]["outcome"].toString(), "finished");
    QVERIFY(result["summary"]["messages_received"].toDouble() > 0);
    QCOMPARE(result["experiment"]["duration"].toString(), "200 ms");
    QCOMPARE(result["workers"].toArray().size(), 2);
    QVERIFY(result["series"].toArray().size() > 2);
}

void TestCliOutput::jsonAndCsvHoldTheSameFigures()
{
    const Ended ended =
        callCli(shortRun({"--json", path("result.json"), "--csv", path("tables"), "--quiet"}));
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    const QJsonObject result = objectIn(contentOf(path("result.json")));
    const QString received = QString::number(result["summary"]["messages_received"].toInteger());
    const QStringList lines = QString(contentOf(path("tables/summary.csv"))).split("\r\n");
    const QStringList names = lines[0].split(',');
    QCOMPARE(lines[1].split(',')[names.indexOf("received (messages)")], received);
    const QByteArray series = contentOf(path("tables/series.csv"));
    QCOMPARE(series.count("\r\n") - 1, result["series"].toArray().size());
    for (const char* table : {"workers.csv", "latency.csv", "events.csv"})
        QVERIFY2(contentOf(path("tables/") + table).count("\r\n") > 1, table);
}

void TestCliOutput::namesATargetThatCannotBeWritten_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("target");
    QTest::newRow("full disk") << "--json"
                               << "/dev/full";
    QTest::newRow("missing directory") << "--json"
                                       << "/nowhere/result.json";
    QTest::newRow("directory as a file") << "--json"
                                         << "/tmp";
    QTest::newRow("file as a directory") << "--csv"
                                         << "/dev/null";
    QTest::newRow("file as a parent") << "--csv"
                                      << "/dev/null/tables";
}

void TestCliOutput::namesATargetThatCannotBeWritten()
{
    QFETCH(QString, option);
    QFETCH(QString, target);
    const Ended ended = callCli(shortRun({"--quiet", option, target}));
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains(target), qPrintable(ended.errors));
    QCOMPARE(ended.errors.count('\n'), 1);
}

void TestCliOutput::fullDiskDoesNotLoseTheOtherExport()
{
    const Ended ended = callCli(shortRun({"--json", "/dev/full", "--csv", path("tables")}));
    QCOMPARE(ended.status, 1);
    QVERIFY(ended.output.contains("throughput"));
    QVERIFY(contentOf(path("tables/events.csv")).count("\r\n") > 1);
}

void TestCliOutput::namesADirectoryThatItMayNotWriteTo()
{
    QVERIFY(QDir(directory()).mkdir("closed"));
    QCOMPARE(::chmod(qPrintable(path("closed")), 0555), 0);
    QCOMPARE(::chmod(qPrintable(directory()), 0755), 0);
    for (const QStringList& target :
         {QStringList{"--json", path("closed/result.json")}, QStringList{"--csv", path("closed")}}) {
        const Ended ended = callCliAsNobody(shortRun({"--quiet"}) + target);
        if (ended.status == cannotStart)
            QSKIP("the build directory is closed to others");
        QCOMPARE(ended.status, 1);
        QVERIFY2(ended.errors.contains(target.last()) && ended.errors.contains("permission"),
                 qPrintable(ended.errors));
    }
    QVERIFY(QDir(path("closed")).isEmpty());
}

void TestCliOutput::closedStandardOutputIsAFailure()
{
    for (const char* redirection : {">&-", ">/dev/full"}) {
        const Ended ended = callInShell(QString("exec \"$1\" list mechanisms %1").arg(redirection));
        QCOMPARE(ended.status, 1);
        QVERIFY2(ended.errors.contains("standard output"), redirection);
    }
}

void TestCliOutput::readerThatWentAwayIsAFailure()
{
    std::array<int, 2> ends{};
    QCOMPARE(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::close(ends[0]);
    QProcess process;
    process.setChildProcessModifier([writingEnd = ends[1]] { ::dup2(writingEnd, STDOUT_FILENO); });
    process.start(cliProgram(), shortRun({"--csv", path("tables")}));
    const Ended ended = collect(process);
    ::close(ends[1]);
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains("standard output") && ended.errors.contains("EPIPE"),
             qPrintable(ended.errors));
    QVERIFY(contentOf(path("tables/summary.csv")).count("\r\n") == 2);
}

QTEST_GUILESS_MAIN(TestCliOutput)
#include "tst_cli_output.moc"
