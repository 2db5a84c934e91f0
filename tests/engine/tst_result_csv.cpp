#include "engine/library/result_csv.h"

#include "engine/base/failure.h"
#include "tests/engine/sample_result.h"

#include <QTemporaryDir>
#include <QtTest>

#include <limits>

using namespace ipclab;

namespace {

using Record = QStringList;

/// Reads a table strictly by RFC 4180: nothing if a line does not end in CR LF or a quotation mark is astray.
QList<Record> readTable(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray text = file.readAll();
    QList<Record> records;
    Record record;
    QByteArray cell;
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (text[at] == '"' && cell.isEmpty()) {
            while (++at < text.size() && (text[at] != '"' || text.mid(at, 2) == "\"\"")) {
                cell += text[at];
                at += text[at] == '"' ? 1 : 0;
            }
        } else if (text[at] == ',' || text.mid(at, 2) == "\r\n") {
            record << QString::fromUtf8(cell);
            cell.clear();
            if (text[at] == '\r') {
                records << std::exchange(record, {});
                ++at;
            }
        } else if (text[at] == '\r' || text[at] == '\n' || text[at] == '"') {
            return {};
        } else {
            cell += text[at];
        }
    }
    return cell.isEmpty() && record.isEmpty() ? records : QList<Record>{};
}

QString cellOf(const QList<Record>& table, int record, const QString& column)
{
    const qsizetype index = table.first().indexOf(column);
    return index < 0 ? QStringLiteral("no such column") : table[record + 1][index];
}

} // namespace

class TestResultCsv final : public QObject {
    Q_OBJECT

private slots:
    void init();
    void everyTableHasAsManyCellsAsItsHeader_data();
    void everyTableHasAsManyCellsAsItsHeader();
    void summaryHoldsTheFigures();
    void awkwardTextsSurvive();
    void ratesArePerSecond();
    void percentilesOfNothingAreEmpty();
    void numbersThatAreNotFiniteAreEmpty();
    void histogramAddsUp();
    void classesHaveTablesOnlyWhereThereAreAny();
    void severalRunsGetDirectoriesAndOneSummary();
    void fileInPlaceOfTheDirectoryIsNamed();
    void directoryInPlaceOfATableIsNamedAndNothingPartialIsLeft();

private:
    QString path(const QString& name) const { return m_directory->filePath(name); }
    void write(const RunResult& result) { writeCsv(result, m_directory->path().toStdString()); }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void TestResultCsv::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
}

void TestResultCsv::everyTableHasAsManyCellsAsItsHeader_data()
{
    QTest::addColumn<int>("records");
    QTest::newRow("summary.csv") << 1;
    QTest::newRow("series.csv") << 2;
    QTest::newRow("workers.csv") << 2;
    QTest::newRow("latency.csv") << 6;
    QTest::newRow("events.csv") << 2;
    QTest::newRow("objects.csv") << 3;
    QTest::newRow("classes.csv") << 2;
    QTest::newRow("deliveries.csv") << 3;
    QTest::newRow("reads.csv") << 1;
    QTest::newRow("blocks.csv") << 4;
    QTest::newRow("trace.csv") << 1;
    QTest::newRow("faults.csv") << 1;
    QTest::newRow("deadlocks.csv") << 1;
    QTest::newRow("saturation.csv") << 2;
}

void TestResultCsv::everyTableHasAsManyCellsAsItsHeader()
{
    QFETCH(int, records);
    write(sampleResult());
    const QList<Record> table = readTable(path(QTest::currentDataTag()));
    QCOMPARE(table.size(), records + 1);
    for (const Record& record : table)
        QCOMPARE(record.size(), table.first().size());
    QCOMPARE(QSet<QString>(table.first().begin(), table.first().end()).size(), table.first().size());
}

void TestResultCsv::summaryHoldsTheFigures()
{
    write(sampleResult());
    const QList<Record> table = readTable(path("summary.csv"));
    QCOMPARE(cellOf(table, 0, "title"), "Pipe, \"as is\"");
    QCOMPARE(cellOf(table, 0, "outcome"), "finished");
    QCOMPARE(cellOf(table, 0, "measured (s)"), "0.1");
    QCOMPARE(cellOf(table, 0, "throughput (messages/s)").toDouble(), 30.0);
    QCOMPARE(cellOf(table, 0, "response max (ns)"), "1000000");
    QCOMPARE(cellOf(table, 0, "truncated (messages)"), "5");
    QCOMPARE(cellOf(table, 0, "torn records"), "6");
    QCOMPARE(cellOf(table, 0, "lost updates"), "7");
    QCOMPARE(cellOf(table, 0, "stale reads"), "8");
    QCOMPARE(cellOf(table, 0, "interleaved records"), "14");
    QCOMPARE(cellOf(table, 0, "foreign pieces"), "15");
    QCOMPARE(cellOf(table, 0, "self-checks hold"), "yes");
    QCOMPARE(cellOf(table, 0, "copies per message"), "2");
    QCOMPARE(cellOf(table, 0, "system calls per message").toDouble(), 4.5);
    QCOMPARE(cellOf(table, 0, "user per message (ns)").toDouble(), 16.0);
}

void TestResultCsv::awkwardTextsSurvive()
{
    write(sampleResult());
    QVERIFY(cellOf(readTable(path("workers.csv")), 0, "standard error")
                .startsWith("first line\nsecond, with a comma\n"));
    QCOMPARE(cellOf(readTable(path("workers.csv")), 1, "errors"), "EAGAIN 2; EINTR 1");
    QCOMPARE(cellOf(readTable(path("events.csv")), 1, "text"), "a \"quoted\" text");
    QCOMPARE(cellOf(readTable(path("events.csv")), 0, "time (s)").toDouble(), -0.002);
    QCOMPARE(cellOf(readTable(path("objects.csv")), 0, "mode"), "0600");
    QCOMPARE(cellOf(readTable(path("objects.csv")), 0, "mapped at"),
             "sender 0x7f0000001000; receiver 0x7f1100002000");
    QCOMPARE(cellOf(readTable(path("objects.csv")), 1, "mode"), "");
    QCOMPARE(cellOf(readTable(path("objects.csv")), 2, "inode"), "");
    QCOMPARE(cellOf(readTable(path("deadlocks.csv")), 0, "waiter"), "receiver");
    QCOMPARE(cellOf(readTable(path("deadlocks.csv")), 0, "what"), "the lock of channel 1");
}

void TestResultCsv::ratesArePerSecond()
{
    write(sampleResult());
    const QList<Record> table = readTable(path("series.csv"));
    QCOMPARE(cellOf(table, 0, "warm-up"), "yes");
    QCOMPARE(cellOf(table, 1, "time (s)").toDouble(), 0.2);
    QCOMPARE(cellOf(table, 1, "sent (messages/s)").toDouble(), 40.0);
    QCOMPARE(cellOf(table, 1, "received (B/s)").toDouble(), 1920.0);
    QCOMPARE(cellOf(table, 1, "receiver received (messages)"), "3");
    QCOMPARE(cellOf(table, 1, "receiver busy-waiting"), "yes");
    QCOMPARE(cellOf(table, 1, "torn records"), "9");
    QCOMPARE(cellOf(table, 1, "lost updates"), "10");
    QCOMPARE(cellOf(table, 1, "stale reads"), "11");
    QCOMPARE(cellOf(table, 1, "interleaved records"), "12");
    QCOMPARE(cellOf(table, 1, "foreign pieces"), "13");
}

void TestResultCsv::percentilesOfNothingAreEmpty()
{
    write(sampleResult());
    const QList<Record> table = readTable(path("series.csv"));
    QCOMPARE(cellOf(table, 0, "response p99 (ns)"), "");
    QVERIFY(!cellOf(table, 1, "response p99 (ns)").isEmpty());
}

void TestResultCsv::numbersThatAreNotFiniteAreEmpty()
{
    RunResult result = sampleResult();
    result.summary.messagesPerSecond = std::numeric_limits<double>::quiet_NaN();
    write(result);
    QCOMPARE(cellOf(readTable(path("summary.csv")), 0, "throughput (messages/s)"), "");
}

void TestResultCsv::histogramAddsUp()
{
    write(sampleResult());
    const QList<Record> table = readTable(path("latency.csv"));
    int responses = 0;
    int services = 0;
    for (int record = 0; record + 1 < table.size(); ++record) {
        QVERIFY(cellOf(table, record, "lower bound (ns)").toLongLong() <
                cellOf(table, record, "upper bound (ns)").toLongLong());
        responses += cellOf(table, record, "response (messages)").toInt();
        services += cellOf(table, record, "service (messages)").toInt();
    }
    QCOMPARE(responses, 3);
    QCOMPARE(services, 3);
}

void TestResultCsv::classesHaveTablesOnlyWhereThereAreAny()
{
    write(sampleResult());
    QCOMPARE(cellOf(readTable(path("classes.csv")), 0, "overtaken (messages)"), "1");
    QCOMPARE(cellOf(readTable(path("classes.csv")), 1, "response p99 (ns)"), "");
    QCOMPARE(cellOf(readTable(path("deliveries.csv")), 0, "order of sending"), "2");
    QCOMPARE(cellOf(readTable(path("deliveries.csv")), 0, "class"), "priority 1");

    RunResult alike = sampleResult();
    alike.classes.clear();
    alike.deliveries.clear();
    init();
    write(alike);
    QVERIFY(!QFile::exists(path("classes.csv")) && !QFile::exists(path("deliveries.csv")));
}

void TestResultCsv::severalRunsGetDirectoriesAndOneSummary()
{
    RunResult untitled = sampleResult();
    untitled.experiment.title.clear();
    writeCsv(std::vector{sampleResult(), untitled}, m_directory->path().toStdString());
    QCOMPARE(readTable(path("summary.csv")).size(), 3);
    QCOMPARE(readTable(path("1-pipe-as-is/series.csv")).size(), 3);
    QCOMPARE(readTable(path("2/series.csv")).size(), 3);
}

void TestResultCsv::fileInPlaceOfTheDirectoryIsNamed()
{
    QFile file(path("occupied"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    try {
        writeCsv(sampleResult(), path("occupied").toStdString());
        QFAIL("a file is no directory");
    } catch (const FailureError& error) {
        QVERIFY2(QString(error.what()).contains(path("occupied")), error.what());
    }
}

void TestResultCsv::directoryInPlaceOfATableIsNamedAndNothingPartialIsLeft()
{
    QVERIFY(QDir(m_directory->path()).mkdir("workers.csv"));
    try {
        write(sampleResult());
        QFAIL("a directory is no table");
    } catch (const FailureError& error) {
        QVERIFY2(QString(error.what()).contains(path("workers.csv")), error.what());
    }
    // What was written before stays, and that is all there is.
    QCOMPARE(QDir(m_directory->path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
             (QStringList{"series.csv", "summary.csv", "workers.csv"}));
}

QTEST_APPLESS_MAIN(TestResultCsv)
#include "tst_result_csv.moc"
