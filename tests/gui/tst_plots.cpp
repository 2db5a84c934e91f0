#include "gui/charts/chart_export.h"
#include "gui/charts/point_labels.h"
#include "gui/models/compared_runs.h"
#include "gui/models/size_comparison.h"
#include "gui/plot_catalog.h"

#include <QAbstractAxis>
#include <QAreaSeries>
#include <QChart>
#include <QFile>
#include <QGraphicsScene>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QScatterSeries>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace ipclab;

namespace {

RunResult unframedResult()
{
    RunResult result;
    result.experiment.messageSize = 100;
    for (int read = 0; read < 3; ++read)
        result.reads.record(100);
    result.reads.record(64 << 10);
    return result;
}

RunResult resultOf(const char* mechanism, std::size_t size)
{
    RunResult result;
    result.experiment.mechanism = mechanism;
    result.experiment.messageSize = size;
    result.summary.outcome = RunOutcome::Finished;
    result.summary.messagesReceived = 1;
    result.summary.messagesPerSecond = 1e6;
    return result;
}

RunResult prioritisedResult()
{
    RunResult result;
    result.classes.resize(2);
    result.classes[0].title = "priority 0";
    result.classes[1].title = "priority 1";
    result.deliveries = {{1, 1}, {0, 0}, {2, 0}};
    return result;
}

} // namespace

/// Charts that stand still: what came out of a run.
class TestPlots : public QObject {
    Q_OBJECT

private slots:
    void aRunThatShowsNothingHasNone() { QVERIFY(plotsOf(RunResult()).empty()); }

    void linesGoThroughTheirRangesAndAreNamedOnce();
    void whatCrossesIsRinged();

    void theColumnsOfReadsAddUpToOne()
    {
        const std::vector<Plot> plots = plotsOf(unframedResult());
        QCOMPARE(plots.size(), std::size_t{1});
        const std::vector<QPointF>& points = plots.front().series.front().points;
        QCOMPARE(points.size(), std::size_t{8});
        QVERIFY(points[0].x() <= 100 && points[2].x() > 100);
        QCOMPARE(points[1].y(), 0.75);
        QCOMPARE(points[4].x(), 65536.0);
        QCOMPARE(points[5].y(), 0.25);
    }

    void whoOvertookLiesBelowTheLine()
    {
        const std::vector<Plot> plots = plotsOf(prioritisedResult());
        QCOMPARE(plots.size(), std::size_t{1});
        QCOMPARE(plots.front().series.size(), std::size_t{2});
        QCOMPARE(plots.front().series[1].points, (std::vector<QPointF>{{1, 0}}));
        QCOMPARE(plots.front().series[0].points, (std::vector<QPointF>{{0, 1}, {2, 2}}));
        QVERIFY(textAlternative(plots.front()).contains("priority 0: 2 values"));
    }

    void onlyRunsUnderTheSameConditionsAreCompared()
    {
        ComparedRuns runs;
        runs.add(resultOf("pipe", 64));
        runs.add(resultOf("eventfd", 8)); // takes no larger one
        runs.add(resultOf("unix_stream", 64));
        runs.add(resultOf("null", 64)); // moves nothing
        QCOMPARE(runs.count(), std::size_t{3});
        const Plot plot = runs.plot(Effort::SystemCalls, Speed::Throughput);
        QCOMPARE(plot.series.front().name, QString("eventfd (8 B)"));
        QVERIFY(plot.series.front().points.front().x() > 0);
        QCOMPARE(runs.plot(Effort::CodeLines, Speed::ResponseTime).series.size(),
                 std::size_t{0}); // none was measured
        runs.add(resultOf("pipe", 4096));
        QCOMPARE(runs.count(), std::size_t{1});
        QCOMPARE(runs.otherRuns(), std::size_t{3});
        RunResult busy = resultOf("pipe", 4096);
        busy.experiment.receiverWork = std::chrono::microseconds(5);
        runs.add(busy);
        QCOMPARE(runs.otherRuns(), std::size_t{4});
        QVERIFY2(runs.conditions().contains("4 KiB, 5.00 µs of work"), qPrintable(runs.conditions()));
    }

    void aDisturbedRunIsNoSpeedOfItsMechanism()
    {
        ComparedRuns runs;
        runs.add(resultOf("sysv_mq", 64));
        std::vector<RunResult> disturbed(5, resultOf("sysv_mq", 64));
        disturbed[0].summary.outcome = RunOutcome::Stopped;
        disturbed[1].faults.resize(1);
        disturbed[2].deadlocks.resize(1);
        disturbed[3].summary.restarts = 1;
        disturbed[4].experiment.impairment.drop = 0.1;
        for (RunResult& result : disturbed) {
            result.summary.messagesPerSecond = 3;
            runs.add(result);
        }
        const Plot plot = runs.plot(Effort::CodeLines, Speed::Throughput);
        QCOMPARE(plot.series.size(), std::size_t{1});
        QCOMPARE(plot.series.front().points.front().y(), 1e6);
        QCOMPARE(runs.otherRuns(), std::size_t{0});
    }

    void namesOfPointsThatLieTogetherDoNotCoverEachOther()
    {
        const QRectF room(0, 0, 400, 300);
        const std::vector<QPointF> points(5, QPointF(390, 150)); // at the edge, too
        const std::vector<QSizeF> sizes(points.size(), QSizeF(80, 14));
        const std::vector<QRectF> places = placeBeside(points, sizes, room);
        QCOMPARE(places.size(), points.size());
        for (std::size_t index = 0; index < places.size(); ++index) {
            QVERIFY(room.contains(places[index]));
            QVERIFY(!places[index].contains(points[index]));
            for (std::size_t other = 0; other < index; ++other)
                QVERIFY(!places[index].intersects(places[other]));
        }
    }

    void everyPlotIsDrawnOnTwoAxes()
    {
        const auto columns = chartOf(plotsOf(unframedResult()).front(), Theme());
        QCOMPARE(columns->axes().size(), 2);
        QVERIFY(qobject_cast<QAreaSeries*>(columns->series().front()));
        const auto points = chartOf(plotsOf(prioritisedResult()).front(), Theme(Brightness::Dark));
        QCOMPARE(points->series().size(), 2);
        QVERIFY(qobject_cast<QScatterSeries*>(points->series().front()));
    }

    void aPlotIsSavedLikeAnyChart()
    {
        const QTemporaryDir directory;
        for (const auto& [name, format] :
             {std::pair("plot.png", ExportFormat::Png), std::pair("plot.svg", ExportFormat::Svg),
              std::pair("plot.pdf", ExportFormat::Pdf)}) {
            const QString path = directory.filePath(name);
            const ExportFailure failure =
                exportChart(chartOf(plotsOf(unframedResult()).front(), Theme()), path, format, {});
            QVERIFY2(!failure, failure ? qPrintable(*failure) : "");
            QVERIFY(QFile(path).size() > 1000);
        }
    }
};

void TestPlots::linesGoThroughTheirRangesAndAreNamedOnce()
{
    Plot plot;
    plot.kind = PlotKind::Lines;
    plot.series = {{.name = "first",
                    .colour = {},
                    .points = {{1, 10}, {2, 20}},
                    .ranges = {{5, 15}, {20, 20}},
                    .isBackground = true},
                   {.name = "second", .colour = {}, .points = {{1, 1}, {2, 2}}}};
    const Theme theme;
    QGraphicsScene scene;
    QChart* chart = chartOf(plot, theme).release();
    scene.addItem(chart); // which owns it now
    chart->resize(800, 600);
    QCoreApplication::processEvents(); // the legend lays out its names
    const auto* first = qobject_cast<QLineSeries*>(chart->series().front());
    QVERIFY(first);
    QCOMPARE(first->points().mid(0, 4), (QList<QPointF>{{1, 10}, {1, 5}, {1, 15}, {1, 10}}));
    QCOMPARE(first->pen().color(), theme.backgroundLine());
    int named = 0;
    for (const QLegendMarker* marker : chart->legend()->markers())
        named += marker->isVisible() ? 1 : 0;
    QCOMPARE(named, 2); // the dots on the lines have no name of their own
    const auto* second = qobject_cast<QLineSeries*>(chart->series().at(2));
    QVERIFY(second && second->points().size() == 2);
    QCOMPARE(second->pen().color(), theme.category(0)); // what is there for others takes no colour
}

void TestPlots::whatCrossesIsRinged()
{
    SpeedBySize speeds;
    for (const auto& [size, ratio] : {std::pair{64UL, 2.0}, {4096UL, 0.5}}) {
        RunResult pipe = resultOf("pipe", size);
        pipe.summary.messagesPerSecond *= ratio;
        speeds.add(pipe);
        speeds.add(resultOf("fifo", size));
        speeds.add(resultOf("tcp", size));
    }
    const MechanismPair pair{"pipe", "fifo"};
    const Plot plot = plotOf(speeds, SpeedFigure::Messages, pair);
    QCOMPARE(plot.series.size(), std::size_t{3});
    QCOMPARE(plot.series.front().name, QString("tcp")); // behind the two that are compared
    QVERIFY(plot.series.front().isBackground && !plot.series.back().isBackground);
    QCOMPARE(plot.marks.size(), std::size_t{1});
    QCOMPARE(plot.marks.front().text, QString("512 B"));
    const std::unique_ptr<QChart> chart = chartOf(plot, Theme());
    const auto* ring = qobject_cast<QScatterSeries*>(chart->series().back());
    QVERIFY(ring);
    QVERIFY(std::abs(ring->points().front().x() - std::log10(512.0)) < 1e-6);

    QCOMPARE(verdictText(speeds, SpeedFigure::Messages, pair),
             QString("pipe against fifo: undecided from 64 B to 4 KiB. The medians cross at about 512 B, "
                     "between 64 B and 4 KiB, which the trials do not decide."));
    const TextTable table = tableOf(speeds, SpeedFigure::Messages, pair);
    QCOMPARE(table.rows.size(), std::size_t{2});
    QCOMPARE(table.rows[1][3].text, QString("0.50"));
    QVERIFY(verdictText(speeds, SpeedFigure::Messages, {"pipe", "udp"}).isEmpty());
}

QTEST_MAIN(TestPlots)
#include "tst_plots.moc"
