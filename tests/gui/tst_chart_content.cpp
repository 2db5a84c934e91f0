#include "gui/charts/chart_content.h"

#include <QTest>

#include <array>

using namespace ipclab;

namespace {

ChartFace throughput()
{
    return {.id = "throughput",
            .title = "Throughput",
            .description = {},
            .quantity = Quantity::MessagesPerSecond,
            .scale = ScaleKind::Linear,
            .traces = {{"delivered", ColourRole::Delivered}, {"offered", ColourRole::Offered}}};
}

} // namespace

class TestChartContent final : public QObject {
    Q_OBJECT

private slots:
    void axesEndUpAsTheRunWas()
    {
        ChartContent content(throughput());
        content.changeTime().setWindow(std::nullopt);
        content.changeTime().setExpectedLength(10);
        content.append(1, std::array{100.0, 100.0});
        content.followValues(500, 0);
        content.append(1.5, std::array{900.0, 100.0});
        content.followValues(500, 0.5); // too soon after the last change
        QVERIFY(content.scale().top() < 900);
        QCOMPARE(content.time().range(), (TimeRange{0, 10}));
        content.changeTime().end();
        content.followValues(500, 0.5);
        QVERIFY(content.scale().top() >= 900);
        QVERIFY(content.time().range().to >= 1.5 && content.time().range().to < 1.52);
        content.changeTime().setWindow(1);
        QCOMPARE(content.time().range(), (TimeRange{0.5, 1.5}));
        QCOMPARE(content.time().ticks(4).back().text, QString("1.5 s")); // not "now"
        content.changeTime().setWindow(30);
        QCOMPARE(content.time().range().from, 0.0);
    }
};

QTEST_APPLESS_MAIN(TestChartContent)
#include "tst_chart_content.moc"
