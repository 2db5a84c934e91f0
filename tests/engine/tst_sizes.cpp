#include "engine/experiment/survey.h"
#include "engine/library/size_table.h"
#include "engine/mechanisms/catalog.h"
#include "engine/run/speed_by_size.h"
#include "tests/support/cli_program.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <set>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

RunResult resultOf(const char* mechanism, std::size_t size, double messagesPerSecond)
{
    RunResult result;
    result.experiment.mechanism = mechanism;
    result.experiment.messageSize = size;
    result.summary.outcome = RunOutcome::Finished;
    result.summary.messagesReceived = 1;
    result.summary.messagesPerSecond = messagesPerSecond;
    result.summary.bytesPerSecond = messagesPerSecond * static_cast<double>(size);
    result.summary.response.p50 = 5us;
    return result;
}

/// The pipe is twice as fast with 64 B, as fast with 1 KiB and half as fast with 16 KiB; six trials on a host
/// that is now slow, now fast.
SpeedBySize sampleSpeeds()
{
    SpeedBySize speeds;
    for (const double host : {1.0, 2.0, 1.01, 1.99, 1.5, 1.02}) {
        speeds.add(resultOf("pipe", 64, 2e6 * host));
        speeds.add(resultOf("fifo", 64, 1e6 * host));
        speeds.add(resultOf("pipe", 1 << 10, 1.01e6 * host));
        speeds.add(resultOf("fifo", 1 << 10, 1e6 * host));
        speeds.add(resultOf("pipe", 16 << 10, 1e5 * host));
        speeds.add(resultOf("fifo", 16 << 10, 2e5 * host));
    }
    return speeds;
}

} // namespace

/// How fast mechanisms are by the size of their messages.
class TestSizes final : public QObject {
    Q_OBJECT

private slots:
    void trialsOfTwoAreComparedInPairs();
    void linesCrossBetweenTwoSizes();
    void twoTrialsDecideNoCrossover();
    void aShorterResponseIsLess();
    void otherConditionsBeginAnew();
    void otherOptionsBeginTheirMechanismAnew();
    void whoChecksEveryByteIsNotComparedWithWhoDoesNot();
    void whatShowsNoSpeedIsPassedOver();
    void theSurveyGoesAsFarAsEachMechanism();
    void theTableHoldsEveryPoint();
    void theCommandComparesTwo();
    void theCommandSaysWhatIsWrong_data();
    void theCommandSaysWhatIsWrong();
};

void TestSizes::trialsOfTwoAreComparedInPairs()
{
    const auto comparisons = sampleSpeeds().compare("pipe", "fifo", SpeedFigure::Messages);
    QCOMPARE(comparisons.size(), std::size_t{3});
    QCOMPARE(comparisons[0].verdict, Verdict::More);
    QCOMPARE(comparisons[0].ratio.low, 2.0); // the host's speed meets both
    QCOMPARE(comparisons[0].ratio.high, 2.0);
    QVERIFY(comparisons[0].first.high > 1.9 * comparisons[0].first.low);
    QCOMPARE(comparisons[1].verdict, Verdict::Equivalent);
    QCOMPARE(comparisons[2].verdict, Verdict::Less);
    QVERIFY(sampleSpeeds().compare("pipe", "tcp", SpeedFigure::Messages).empty());
}

void TestSizes::linesCrossBetweenTwoSizes()
{
    const auto crossovers = crossoversOf(sampleSpeeds().compare("pipe", "fifo", SpeedFigure::Bytes));
    QCOMPARE(crossovers.size(), std::size_t{1});
    const Crossover& crossover = crossovers.front();
    QCOMPARE(crossover.after, std::uint64_t{1 << 10});
    QCOMPARE(crossover.before, std::uint64_t{16 << 10});
    // From 1.01 to 0.5 of the other on the way from 1 to 16 KiB: soon after the beginning.
    QVERIFY2(crossover.size > 1024 && crossover.size < 1100, qPrintable(QString::number(crossover.size)));
    QVERIFY(crossover.isDecided);
}

void TestSizes::twoTrialsDecideNoCrossover()
{
    SpeedBySize speeds;
    for (int trial = 0; trial < 2; ++trial)
        for (const auto& [size, ratio] : {std::pair{64UL, 2.0}, {4096UL, 0.5}}) {
            speeds.add(resultOf("pipe", size, 1e6 * ratio));
            speeds.add(resultOf("fifo", size, 1e6));
        }
    const auto crossovers = crossoversOf(speeds.compare("pipe", "fifo", SpeedFigure::Messages));
    QCOMPARE(crossovers.size(), std::size_t{1});
    QCOMPARE(crossovers.front().size, 512.0); // half way, where both axes are logarithmic
    QVERIFY(!crossovers.front().isDecided);
}

void TestSizes::aShorterResponseIsLess()
{
    SpeedBySize speeds;
    for (int trial = 0; trial < 6; ++trial) {
        speeds.add(resultOf("pipe", 64, 1e6));
        RunResult slower = resultOf("fifo", 64, 1e6);
        slower.summary.response.p50 = 9us;
        speeds.add(slower);
    }
    const auto comparisons = speeds.compare("pipe", "fifo", SpeedFigure::Response);
    QCOMPARE(comparisons.front().verdict, Verdict::Less);
    QCOMPARE(comparisons.front().first.median, 5000.0);
}

void TestSizes::otherConditionsBeginAnew()
{
    SpeedBySize speeds = sampleSpeeds();
    RunResult other = resultOf("pipe", 64, 1e6);
    other.experiment.exchange = Exchange::RoundTrip;
    speeds.add(other);
    QCOMPARE(speeds.mechanisms(), std::vector<std::string>{"pipe"});
    QCOMPARE(speeds.mostTrials(), std::size_t{1});
    QCOMPARE(speeds.first().exchange, Exchange::RoundTrip);
}

void TestSizes::otherOptionsBeginTheirMechanismAnew()
{
    SpeedBySize speeds = sampleSpeeds();
    RunResult other = resultOf("pipe", 64, 1e6);
    other.experiment.mechanismOptions.set("capacity", "4 KiB");
    speeds.add(other);
    QCOMPARE(speeds.curve("pipe", SpeedFigure::Messages).size(), std::size_t{1});
    QCOMPARE(speeds.curve("fifo", SpeedFigure::Messages).size(), std::size_t{3});
}

void TestSizes::whoChecksEveryByteIsNotComparedWithWhoDoesNot()
{
    SpeedBySize speeds = sampleSpeeds();
    RunResult checked = resultOf("pipe", 64, 1e6);
    checked.experiment.measure.integrity = Integrity::Full;
    speeds.add(checked);
    QCOMPARE(speeds.curve("pipe", SpeedFigure::Messages).front().speed.trials, std::size_t{1});
    const auto comparisons = speeds.compare("pipe", "fifo", SpeedFigure::Messages);
    QCOMPARE(comparisons.size(), std::size_t{2});
    QCOMPARE(comparisons.front().size, std::uint64_t{1 << 10});
}

void TestSizes::whatShowsNoSpeedIsPassedOver()
{
    SpeedBySize speeds;
    RunResult stopped = resultOf("pipe", 64, 1e6);
    stopped.summary.outcome = RunOutcome::Stopped;
    RunResult mixed = resultOf("pipe", 64, 1e6);
    mixed.experiment.sizes.distribution = "uniform";
    for (const RunResult& result : {stopped, mixed, resultOf("null", 64, 1e9)})
        speeds.add(result);
    QVERIFY(speeds.isEmpty());
    QVERIFY(speeds.fastestBeside("pipe").empty());
    QCOMPARE(sampleSpeeds().fastestBeside("fifo"), std::string("pipe"));
    QCOMPARE(sampleSpeeds().fastestBeside("pipe"), std::string("fifo"));
    SpeedBySize withNotices = sampleSpeeds();
    withNotices.add(resultOf("eventfd", 8, 1e9)); // no size in common
    QCOMPARE(withNotices.fastestBeside("pipe"), std::string("fifo"));
    QVERIFY(withNotices.fastestBeside("eventfd").empty());
}

void TestSizes::theSurveyGoesAsFarAsEachMechanism()
{
    std::map<std::string, std::uint64_t> largest;
    std::uint64_t before = 0;
    for (const Experiment& experiment : surveyOfSizes()) {
        QVERIFY(problems(experiment).empty());
        QVERIFY(experiment.messageSize >= before); // size by size
        before = experiment.messageSize;
        largest[experiment.mechanism] = experiment.messageSize;
    }
    QCOMPARE(largest.at("pipe"), std::uint64_t{16 << 20});
    QCOMPARE(largest.at("udp"), std::uint64_t{4 << 10});
    for (const char* mechanism : {"null", "eventfd", "signal"})
        QVERIFY(!largest.contains(mechanism));
}

void TestSizes::theTableHoldsEveryPoint()
{
    const QStringList lines = QString::fromStdString(toCsv(sampleSpeeds())).split("\r\n", Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 1 + 6);
    QVERIFY(
        lines.front().startsWith("mechanism,message size (bytes),trials,confidence,messages median (1/s)"));
    QVERIFY2(lines[1].startsWith("fifo,64,6,0.96875,1260000,1000000,2000000,80640000,"),
             qPrintable(lines[1]));
    QVERIFY(lines[1].endsWith(",5000,5000,5000"));
}

void TestSizes::theCommandComparesTwo()
{
    QTemporaryDir directory;
    const QString csv = directory.filePath("sizes.csv");
    const Ended ended = callCli({"sizes", "unix_stream", "posix_mq", "--csv", csv}, {});
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    for (const char* text : {"unix_stream", "16 MiB", "posix_mq", "unix_stream ÷ posix_mq", "undecided"})
        QVERIFY2(ended.output.contains(text), qPrintable(ended.output));
    QFile file(csv);
    QVERIFY(file.open(QFile::ReadOnly));
    const QByteArray table = file.readAll();
    QVERIFY(table.contains("unix_stream,16777216,1,0,"));
    QVERIFY(table.contains("posix_mq,4096,1,0,"));
    QVERIFY(!table.contains("posix_mq,16777216"));
}

void TestSizes::theCommandSaysWhatIsWrong_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("unknown") << QStringList{"pip"} << "did you mean \"pipe\"?";
    QTest::newRow("carries a number at most") << QStringList{"signal"} << "signal carries no data";
    QTest::newRow("twice") << QStringList{"pipe", "pipe"} << "pipe is named twice";
    QTest::newRow("no trial") << QStringList{"--trials", "0"} << "--trials must be from 1 to 100, not 0.";
    QTest::newRow("standard output") << QStringList{"--csv", "-"} << "--csv writes a file";
    QTest::newRow("no such folder") << QStringList{"pipe", "--csv", "/nowhere/sizes.csv"} << "/nowhere";
}

void TestSizes::theCommandSaysWhatIsWrong()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QString, sentence);
    const Ended ended = callCli(QStringList{"sizes"} + arguments, {});
    QVERIFY(ended.status != 0);
    QVERIFY2(ended.errors.contains(sentence), qPrintable(ended.errors));
    QVERIFY(ended.output.isEmpty());
}

QTEST_GUILESS_MAIN(TestSizes)
#include "tst_sizes.moc"
