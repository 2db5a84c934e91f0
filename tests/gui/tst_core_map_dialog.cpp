#include "engine/base/cores.h"
#include "gui/cores/core_map_dialog.h"
#include "gui/cores/core_map_export.h"
#include "gui/cores/core_map_view.h"
#include "tests/support/few_cores.h"
#include "tests/support/run_fixture.h"

#include <QFile>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

CoreMap mapOf(int cores)
{
    CoreMap map{.mechanism = "shm_ring", .cores = {}, .pairs = {}};
    for (int core = 0; core < cores; ++core)
        map.cores.push_back(core);
    for (int from = 0; from < cores; ++from)
        for (int to = 0; to < cores; ++to)
            map.pairs.push_back(
                {.from = from,
                 .to = to,
                 .wait = from == to ? Wait::Block : Wait::Spin,
                 .roundTrip = {.count = 1, .p50 = Nanoseconds(100 + 50 * std::abs(from - to))}});
    return map;
}

QImage pictureOf(const CoreMap& map, QSize size)
{
    CoreMapView view;
    view.resize(size);
    view.show(map);
    return view.grab().toImage();
}

} // namespace

class TestCoreMapDialog final : public QObject {
    Q_OBJECT

private slots:
    void measuresEveryPairOfCores();
    void differentTimesHaveDifferentColours();
    void mapsOfAnySizeCanBeDrawn_data();
    void mapsOfAnySizeCanBeDrawn();
    void savesPictureAndTable_data();
    void savesPictureAndTable();
    void anotherEndOfTheNameIsRefused();
};

void TestCoreMapDialog::measuresEveryPairOfCores()
{
    const FewCores two(2); // the pairs of many would take minutes
    CoreMapDialog dialog(testSettings());
    QSignalSpy over(&dialog, &CoreMapDialog::measured);
    dialog.show();
    dialog.measure();
    QVERIFY(over.wait(60'000));
    const CoreMap& map = dialog.map();
    QCOMPARE(map.pairs.size(), usableCores().size() * usableCores().size());
    for (const CorePair& pair : map.pairs)
        QVERIFY2(pair.failure.empty() && pair.roundTrip.p50 > 0ns, pair.failure.c_str());
}

void TestCoreMapDialog::differentTimesHaveDifferentColours()
{
    const QImage picture = pictureOf(mapOf(4), {560, 480});
    std::set<QRgb> colours;
    for (int x = 60; x < 440; x += 4)
        colours.insert(picture.pixel(x, 60));
    QVERIFY2(colours.size() >= 4, qPrintable(QString::number(colours.size())));
}

void TestCoreMapDialog::mapsOfAnySizeCanBeDrawn_data()
{
    QTest::addColumn<int>("cores");
    for (const int cores : {0, 1, 2, 64, 256})
        QTest::addRow("%d cores", cores) << cores;
}

void TestCoreMapDialog::mapsOfAnySizeCanBeDrawn()
{
    QFETCH(int, cores);
    QVERIFY(!pictureOf(mapOf(cores), {640, 480}).isNull());
}

void TestCoreMapDialog::savesPictureAndTable_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("begin");
    QTest::addRow("png") << "map.png" << QByteArray("\x89PNG");
    QTest::addRow("svg") << "map.SVG" << QByteArray("<?xml");
    QTest::addRow("csv") << "map.csv" << QByteArray("from core,to core");
}

void TestCoreMapDialog::savesPictureAndTable()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, begin);
    QTemporaryDir directory;
    const std::optional<QString> failure = exportCoreMap(mapOf(3), directory.filePath(name));
    QVERIFY2(!failure, qPrintable(failure.value_or(QString())));
    QFile file(directory.filePath(name));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QVERIFY(bytes.startsWith(begin));
    if (name.endsWith("SVG"))
        QVERIFY(bytes.contains("150 ns") && bytes.contains("Framed"));
}

void TestCoreMapDialog::anotherEndOfTheNameIsRefused()
{
    QTemporaryDir directory;
    const std::optional<QString> failure = exportCoreMap(mapOf(2), directory.filePath("map.bmp"));
    QVERIFY(failure && failure->contains(".png, .svg or .csv"));
    QVERIFY(!QFile::exists(directory.filePath("map.bmp")));
}

QTEST_MAIN(TestCoreMapDialog)
#include "tst_core_map_dialog.moc"
