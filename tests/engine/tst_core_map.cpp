#include "engine/base/cores.h"
#include "engine/library/core_map_export.h"
#include "engine/run/core_map.h"
#include "tests/support/cli_program.h"
#include "tests/support/few_cores.h"
#include "tests/support/run_fixture.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include <set>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

CoreMap sampleMap()
{
    CoreMap map{.mechanism = "pipe", .cores = {0, 2}, .pairs = {}};
    map.pairs.push_back(
        {.from = 0, .to = 2, .wait = Wait::Spin, .roundTrip = {.count = 9, .p50 = 120ns, .p99 = 300ns}});
    map.pairs.push_back({.from = 2, .to = 0, .failure = "It said \"no\", twice."});
    return map;
}

} // namespace

/// The round trip between every two cores.
class TestCoreMap final : public QObject {
    Q_OBJECT

private slots:
    void everyOrderedPairIsARun();
    void oneCoreSharedIsNoPlaceToSpin_data();
    void oneCoreSharedIsNoPlaceToSpin();
    void sixtyFourCoresAreEstimated();
    void aPairIsMeasuredWhereItIsAsked();
    void exportsHoldEveryPair();
    void theCommandWritesTableJsonAndCsv();
    void theCommandSaysWhatIsWrong_data();
    void theCommandSaysWhatIsWrong();
};

void TestCoreMap::everyOrderedPairIsARun()
{
    const std::vector<Experiment> experiments = experimentsFor({.cores = {0, 1, 5}});
    std::set<std::vector<int>> pairs;
    for (const Experiment& experiment : experiments) {
        QCOMPARE(experiment.exchange, Exchange::RoundTrip);
        pairs.insert(experiment.coreList);
    }
    QCOMPARE(experiments.size(), std::size_t{9});
    QCOMPARE(pairs.size(), std::size_t{9});
}

void TestCoreMap::oneCoreSharedIsNoPlaceToSpin_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addRow("ring") << "shm_ring";
    QTest::addRow("pipe") << "pipe";
}

void TestCoreMap::oneCoreSharedIsNoPlaceToSpin()
{
    QFETCH(QString, mechanism);
    for (const Experiment& experiment :
         experimentsFor({.mechanism = mechanism.toStdString(), .cores = {0, 1}}))
        QCOMPARE(experiment.wait,
                 experiment.coreList[0] == experiment.coreList[1] ? Wait::Block : Wait::Spin);
}

void TestCoreMap::sixtyFourCoresAreEstimated()
{
    CoreMapRequest request;
    for (int core = 0; core < 64; ++core)
        request.cores.push_back(core);
    QCOMPARE(experimentsFor(request).size(), std::size_t{4096});
    QVERIFY(estimatedTime(request) > 4096 * 200ms && estimatedTime(request) < 30min);
}

void TestCoreMap::aPairIsMeasuredWhereItIsAsked()
{
    const std::vector<int> cores = usableCores();
    const CoreMapRequest request{.cores = {cores.front(), cores.back()}, .duration = 100ms};
    const Experiment experiment = experimentsFor(request).at(1);
    const FollowedRun run = follow(experiment);
    QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
    const CorePair pair = corePairOf(run.result);
    QCOMPARE(pair.from, cores.front());
    QCOMPARE(pair.to, cores.back());
    QVERIFY2(pair.failure.empty(), pair.failure.c_str());
    QVERIFY(pair.roundTrip.count > 0 && pair.roundTrip.p50 > 0ns);
}

void TestCoreMap::exportsHoldEveryPair()
{
    const CoreMap map = sampleMap();
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(toJson(map))).object();
    QCOMPARE(json["schema"].toString(), "ipclab.cores/1");
    QCOMPARE(json["pairs"].toArray().size(), 2);
    const QJsonObject first = json["pairs"].toArray()[0].toObject();
    QCOMPARE(first["to"].toInt(), 2);
    QCOMPARE(first["wait"].toString(), "spin");
    QCOMPARE(first["round_trip_ns"].toObject()["p50"].toInt(), 120);
    QCOMPARE(json["pairs"].toArray()[1].toObject()["failure"].toString(), "It said \"no\", twice.");
    const QString csv = QString::fromStdString(toCsv(map));
    QVERIFY2(csv.contains("\r\n0,2,spin,9,0,120,300,0,\r\n"), qPrintable(csv));
    QVERIFY2(csv.endsWith("\"It said \"\"no\"\", twice.\"\r\n"), qPrintable(csv));
}

void TestCoreMap::theCommandWritesTableJsonAndCsv()
{
    const FewCores two(2); // the pairs of many would take minutes
    QTemporaryDir directory;
    const Ended answer = callCli({"cores", "--mechanism", "pipe", "--time", "30 ms", "--json",
                                  directory.filePath("map.json"), "--csv", directory.filePath("map.csv")});
    QVERIFY2(answer.status == 0, qPrintable(answer.errors));
    QVERIFY2(answer.output.contains("p50") && answer.output.contains("take turns"),
             qPrintable(answer.output));
    const auto cores = static_cast<qsizetype>(usableCores().size());
    QVERIFY2(cores == 1 ? answer.errors.contains("there are no two between which to measure")
                        : answer.errors.contains("about "),
             qPrintable(answer.errors));
    QFile json(directory.filePath("map.json"));
    QVERIFY(json.open(QIODevice::ReadOnly));
    QCOMPARE(QJsonDocument::fromJson(json.readAll()).object()["pairs"].toArray().size(), cores * cores);
    QFile csv(directory.filePath("map.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    QCOMPARE(csv.readAll().count("\r\n"), cores * cores + 1);
}

void TestCoreMap::theCommandSaysWhatIsWrong_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("sentence");
    QTest::addRow("mechanism") << QStringList{"--mechanism", "shm_rin"} << "did you mean \"shm_ring\"?";
    QTest::addRow("time") << QStringList{"--time", "soon"} << "--time must be a time";
    QTest::addRow("no time") << QStringList{"--time", "0"} << "--time must be from 1 ms to 24 h, not 0 s";
    QTest::addRow("no such place") << QStringList{"--csv", "/no/such/directory/map.csv"}
                                   << "/no/such/directory";
}

void TestCoreMap::theCommandSaysWhatIsWrong()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, sentence);
    const Ended answer = callCli(QStringList{"cores"} + arguments);
    QVERIFY(answer.status == 1 || answer.status == 2);
    QVERIFY2(answer.errors.contains(sentence), qPrintable(answer.errors));
    QVERIFY(answer.output.isEmpty());
}

QTEST_GUILESS_MAIN(TestCoreMap)
#include "tst_core_map.moc"
