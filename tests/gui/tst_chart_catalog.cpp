#include "gui/chart_catalog.h"

#include <QtTest>

#include <algorithm>

using namespace ipclab;

namespace {

std::vector<ChartSpec> chartsOf(const char* shares)
{
    Experiment experiment;
    experiment.mechanism = "posix_mq";
    experiment.mechanismOptions.set("priority_shares", shares);
    return chartsFor(contextOf(experiment));
}

std::vector<ChartSpec>::const_iterator chartByClass(const std::vector<ChartSpec>& specs)
{
    return std::ranges::find_if(
        specs, [](const ChartSpec& spec) { return spec.face.id == "response_time_by_class"; });
}

} // namespace

class TestChartCatalog final : public QObject {
    Q_OBJECT

private slots:
    void classesHaveAChartOnlyWhereThereAreAny();
    void everyClassHasATrace();
    void aRoundTripFillsBothWays();
    void aClassThatStarvesLiesOnTheGround();
    void interleavingHasAChartWhereSeveralWriteIntoOneStream();
};

void TestChartCatalog::classesHaveAChartOnlyWhereThereAreAny()
{
    const std::vector<ChartSpec> alike = chartsOf("100 %");
    QVERIFY(chartByClass(alike) == alike.end());
    const std::vector<ChartSpec> classed = chartsOf("80 %, 20 %");
    QVERIFY(chartByClass(classed) != classed.end());
    const std::vector<ChartSpec> wrong = chartsOf("80 %, 30 %"); // is being typed
    QVERIFY(chartByClass(wrong) == wrong.end());
}

void TestChartCatalog::aRoundTripFillsBothWays()
{
    ChartContext context = contextOf(Experiment());
    context.capacity = Capacity{.amount = 65536, .unit = CapacityUnit::Bytes};
    for (const auto& [exchange, capacity] :
         {std::pair(Exchange::OneWay, 65536.0), {Exchange::RoundTrip, 131072.0}}) {
        context.exchange = exchange;
        const std::vector<ChartSpec> specs = chartsFor(context);
        const auto fill =
            std::ranges::find(specs, QString("fill"), [](const ChartSpec& spec) { return spec.face.id; });
        QVERIFY(fill != specs.end());
        QCOMPARE(fill->values(SeriesPoint()).back(), capacity);
    }
}

void TestChartCatalog::everyClassHasATrace()
{
    const std::vector<ChartSpec> specs = chartsOf("20 %, 20 %, 10 %, 10 %, 10 %, 10 %, 10 %, 10 %");
    const auto chart = chartByClass(specs);
    QVERIFY(chart != specs.end());
    QCOMPARE(chart->face.traces.size(), std::size_t{8});
    SeriesPoint point;
    QCOMPARE(chart->values(point).size(), std::size_t{8}); // of the warm-up: no figures yet
    QVERIFY(std::isnan(chart->values(point).front()));
    point.classes.resize(8);
    point.classes[1].response.count = 1;
    point.classes[1].response.p99 = Nanoseconds(1500);
    QCOMPARE(chart->values(point)[1], 1500.0);
    QVERIFY(std::isnan(chart->values(point)[0]));
}

void TestChartCatalog::aClassThatStarvesLiesOnTheGround()
{
    const std::vector<ChartSpec> specs = chartsOf("80 %, 20 %");
    const auto valuesOf = [&](const char* id, const SeriesPoint& point) {
        return std::ranges::find_if(specs, [&](const ChartSpec& spec) { return spec.face.id == id; })
            ->values(point);
    };
    SeriesPoint point;
    point.length = std::chrono::milliseconds(100);
    point.classes = {{.sent = 40, .received = 0}, {.sent = 10, .received = 8, .overtaken = 2}};
    QCOMPARE(valuesOf("throughput_by_class", point), (std::vector{0.0, 80.0}));
    QCOMPARE(valuesOf("overtaking_by_class", point)[1], 0.25);
    QVERIFY(std::isnan(valuesOf("overtaking_by_class", point)[0]));
}

void TestChartCatalog::interleavingHasAChartWhereSeveralWriteIntoOneStream()
{
    const auto hasChart = [](const Experiment& experiment) {
        return std::ranges::any_of(chartsFor(contextOf(experiment)),
                                   [](const ChartSpec& spec) { return spec.face.id == "interleaving"; });
    };
    Experiment experiment;
    experiment.mechanism = "pipe";
    experiment.mechanismOptions.set("framing", "none");
    QVERIFY(!hasChart(experiment));
    experiment.shape.kind = ShapeKind::FanIn;
    experiment.shape.senders = 4;
    QVERIFY(hasChart(experiment));
    experiment.mechanismOptions.set("framing", "length-prefix");
    QVERIFY(!hasChart(experiment));
}

QTEST_GUILESS_MAIN(TestChartCatalog)
#include "tst_chart_catalog.moc"
