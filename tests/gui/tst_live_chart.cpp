#include "gui/charts/live_chart.h"
#include "gui/charts/live_layer.h"

#include <QSignalSpy>
#include <QTest>

#include <array>
#include <cmath>

using namespace ipclab;

namespace {

const double none = std::nan("");

ChartFace throughput()
{
    return {
        .id = "throughput",
        .title = "Throughput",
        .description = "Messages per second",
        .quantity = Quantity::MessagesPerSecond,
        .scale = ScaleKind::Linear,
        .traces = {{"delivered", ColourRole::Delivered}, {"offered", ColourRole::Offered, TraceStyle::Step}}};
}

ChartFace latency()
{
    return {.id = "latency",
            .title = "Latency",
            .description = {},
            .quantity = Quantity::Duration,
            .scale = ScaleKind::Logarithmic,
            .traces = {{"p50", ColourRole::Percentile50}, {"max", ColourRole::Maximum}}};
}

ChartFace states()
{
    return {.id = "states",
            .title = "Where the time goes",
            .description = {},
            .quantity = Quantity::Share,
            .scale = ScaleKind::Stacked,
            .traces = {{"running", ColourRole::Running}, {"blocked", ColourRole::BlockedSending}}};
}

bool similar(QRgb a, QRgb b)
{
    return std::abs(qRed(a) - qRed(b)) + std::abs(qGreen(a) - qGreen(b)) + std::abs(qBlue(a) - qBlue(b)) < 40;
}

/// The plot as it stands on the screen, and questions about it.
class Plot {
public:
    explicit Plot(LiveChart& chart)
        : m_image(chart.grab(chart.plotRect()).toImage()), m_theme(Theme::fromPalette(chart.palette()))
    {
    }

    /// The rows in which a column at `share` of the time axis has the colour: first and last, or -1.
    std::pair<int, int> rowsOf(double share, ColourRole role) const
    {
        std::pair rows{-1, -1};
        const int column = std::min(static_cast<int>(share * m_image.width()), m_image.width() - 1);
        for (int row = 0; row < m_image.height(); ++row) {
            if (!similar(m_image.pixel(column, row), m_theme.colour(role).rgb()))
                continue;
            rows.first = rows.first < 0 ? row : rows.first;
            rows.second = row;
        }
        return rows;
    }

    /// Where a share of the value axis, counted from below, is.
    double rowAt(double share) const
    {
        const double height = m_image.height() - 2 * LiveLayer::overscan - 1;
        return LiveLayer::overscan + (1 - share) * height;
    }

    bool operator==(const Plot& other) const { return m_image == other.m_image; }

private:
    QImage m_image;
    Theme m_theme;
};

} // namespace

class LiveChartTest : public QObject {
    Q_OBJECT

private:
    static void show(LiveChart& chart)
    {
        chart.resize(500, 300);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
    }

    /// 20 seconds at 30 Hz: 800 until the middle, then 200; offered always 1000.
    static void fill(LiveChart& chart)
    {
        for (int sample = 0; sample <= 600; ++sample)
            chart.append(sample / 30.0, std::array{sample < 300 ? 800.0 : 200.0, 980.0});
    }

    static QPoint at(const LiveChart& chart, double share)
    {
        const QRect plot = chart.plotRect();
        return {plot.left() + static_cast<int>(share * (plot.width() - 1)), plot.center().y()};
    }

private slots:
    void pixelsStandWhereTheValuesAre()
    {
        LiveChart chart(throughput());
        show(chart);
        fill(chart);
        QVERIFY(chart.refresh());
        const Plot plot(chart); // the axis reaches from 0 to 1000
        for (const auto& [share, value] : {std::pair{0.25, 0.8}, {0.75, 0.2}}) {
            const auto rows = plot.rowsOf(share, ColourRole::Delivered);
            QVERIFY(std::abs(rows.first - plot.rowAt(value)) <= 2 &&
                    std::abs(rows.second - plot.rowAt(value)) <= 2);
            QVERIFY(std::abs(plot.rowsOf(share, ColourRole::Offered).first - plot.rowAt(0.98)) <= 2);
        }
        int highestJump = 0;
        for (double share = 0.48; share < 0.52; share += 0.001) {
            const auto rows = plot.rowsOf(share, ColourRole::Delivered);
            highestJump = std::max(highestJump, rows.second - rows.first);
        }
        QVERIFY2(highestJump > 40, qPrintable(QString::number(highestJump)));
    }

    void minimumAndMaximumOfAnIntervalAreCovered()
    {
        LiveChart chart(throughput());
        show(chart);
        for (int sample = 0; sample <= 600; ++sample)
            chart.append(sample / 30.0, std::array<Spread, 2>{{{300, 500, 980}, {none, none, none}}});
        chart.refresh();
        const Plot plot(chart);
        const auto rows = plot.rowsOf(0.5, ColourRole::Delivered);
        QVERIFY(std::abs(rows.first - plot.rowAt(0.98)) <= 2);
        QVERIFY(std::abs(rows.second - plot.rowAt(0.3)) <= 2);
    }

    void missingValuesLeaveAGap()
    {
        LiveChart chart(throughput());
        show(chart);
        for (int sample = 0; sample <= 600; ++sample)
            chart.append(sample / 30.0, std::array{sample > 200 && sample < 400 ? none : 500.0, 980.0});
        chart.refresh();
        const Plot plot(chart);
        QVERIFY(plot.rowsOf(0.2, ColourRole::Delivered).first >= 0);
        QCOMPARE(plot.rowsOf(0.5, ColourRole::Delivered).first, -1);
        QVERIFY(plot.rowsOf(0.8, ColourRole::Delivered).first >= 0);
    }

    void zerosOnALogarithmicAxisHideNothingElse()
    {
        LiveChart chart(latency());
        show(chart);
        for (int sample = 0; sample <= 600; ++sample)
            chart.append(sample / 30.0, std::array{1e4, sample % 300 < 150 ? 0.0 : 9e5});
        chart.refresh();
        const Plot plot(chart); // from 10 µs to 1 ms
        QVERIFY(std::abs(plot.rowsOf(0.6, ColourRole::Percentile50).first - plot.rowAt(0)) <= 3);
        QCOMPARE(plot.rowsOf(0.1, ColourRole::Maximum).first, -1);
        QVERIFY(std::abs(plot.rowsOf(0.4, ColourRole::Maximum).first - plot.rowAt(0.977)) <= 2);
    }

    void stackedSharesFillTheirPart()
    {
        LiveChart chart(states());
        show(chart);
        for (int sample = 0; sample <= 600; ++sample)
            chart.append(sample / 30.0, std::array{0.4, 0.3});
        chart.refresh();
        const Plot plot(chart);
        const auto running = plot.rowsOf(0.5, ColourRole::Running);
        const auto blocked = plot.rowsOf(0.5, ColourRole::BlockedSending);
        QVERIFY(std::abs(running.first - plot.rowAt(0.4)) <= 2 &&
                std::abs(running.second - plot.rowAt(0)) <= 2);
        QVERIFY(std::abs(blocked.first - plot.rowAt(0.7)) <= 2 &&
                std::abs(blocked.second - plot.rowAt(0.4)) <= 2);
    }

    void refreshRepaintsOnlyAfterAChange()
    {
        LiveChart chart(throughput());
        show(chart);
        fill(chart);
        QVERIFY(chart.refresh());
        QVERIFY(!chart.refresh());
        chart.append(21, std::array{1.0, 2.0});
        QVERIFY(chart.refresh());
        chart.hide();
        chart.append(22, std::array{1.0, 2.0});
        QVERIFY(!chart.refresh());
    }

    void pausedViewStandsStillAndCatchesUp()
    {
        LiveChart chart(throughput());
        show(chart);
        fill(chart);
        chart.pause();
        const Plot before(chart);
        for (int sample = 0; sample < 90; ++sample)
            chart.append(20.1 + sample / 30.0, std::array{500.0, 980.0});
        QVERIFY(!chart.refresh());
        QVERIFY(Plot(chart) == before);
        QCOMPARE(chart.visibleTime().to, 20.0);
        chart.resume();
        QVERIFY(!(Plot(chart) == before));
        QVERIFY(chart.visibleTime().to > 23);
    }

    void wholeRunStartsAtZero()
    {
        LiveChart chart(throughput());
        show(chart);
        chart.setWindow(std::nullopt);
        fill(chart);
        chart.append(400.0, std::array{1.0, 1.0});
        chart.refresh();
        QCOMPARE(chart.visibleTime().from, 0.0);
        QVERIFY(chart.visibleTime().to >= 400.0 && chart.visibleTime().to <= 540.0);
        chart.setExpectedLength(450.0);
        QCOMPARE(chart.visibleTime().to, 450.0);
    }

    void draggingZoomsAndEscapeShowsAllAgain()
    {
        LiveChart chart(throughput());
        show(chart);
        fill(chart);
        chart.refresh();
        QSignalSpy zoomed(&chart, &LiveChart::zoomChanged);
        QTest::mousePress(&chart, Qt::LeftButton, {}, at(chart, 0.25));
        QTest::mouseMove(&chart, at(chart, 0.5));
        QTest::mouseRelease(&chart, Qt::LeftButton, {}, at(chart, 0.75));
        QCOMPARE(zoomed.count(), 1);
        QVERIFY(std::abs(chart.visibleTime().from - 5) < 0.2);
        QVERIFY(std::abs(chart.visibleTime().to - 15) < 0.2);
        chart.append(30, std::array{1.0, 1.0});
        QVERIFY(!chart.refresh());
        QTest::keyClick(&chart, Qt::Key_Escape);
        QVERIFY(!chart.isZoomed());
        QCOMPARE(chart.visibleTime().to, 30.0);

        chart.zoom({1, 2});
        QTest::mouseDClick(&chart, Qt::LeftButton, {}, at(chart, 0.5));
        QVERIFY(!chart.isZoomed());
    }

    void aClickDoesNotZoom()
    {
        LiveChart chart(throughput());
        show(chart);
        fill(chart);
        QTest::mouseClick(&chart, Qt::LeftButton, {}, at(chart, 0.5));
        QVERIFY(!chart.isZoomed());
    }

    void cursorReadsTheValuesUnderIt()
    {
        LiveChart chart(throughput());
        show(chart);
        fill(chart);
        chart.refresh();
        std::vector<CursorReading> readings;
        connect(&chart, &LiveChart::cursorMoved, this,
                [&](const CursorReading& reading) { readings.push_back(reading); });
        QTest::mouseMove(&chart, at(chart, 0.25));
        QTest::mouseMove(&chart, at(chart, 0.75));
        QVERIFY(!readings.empty());
        QVERIFY(std::abs(readings.back().seconds - 15) < 0.2);
        QCOMPARE(readings.back().values, (std::vector<double>{200.0, 980.0}));
        QCOMPARE(chart.readingAt(5).values.front(), 800.0);
        QVERIFY(std::isnan(chart.readingAt(40).values.front()));
    }

    void cursorOnALogarithmicAxisReadsBaseUnits()
    {
        LiveChart chart(latency());
        show(chart);
        chart.append(10, std::array{11'800.0, 0.0});
        const CursorReading reading = chart.readingAt(10);
        QVERIFY(std::abs(reading.values[0] - 11'800) < 1e-6 * 11'800);
        QVERIFY(std::isnan(reading.values[1]));
    }

    void keysMoveTheCursor()
    {
        LiveChart chart(throughput());
        show(chart);
        fill(chart);
        QSignalSpy left(&chart, &LiveChart::cursorLeft);
        int moves = 0;
        connect(&chart, &LiveChart::cursorMoved, this, [&moves] { ++moves; });
        QTest::keyClick(&chart, Qt::Key_Left);
        QTest::keyClick(&chart, Qt::Key_Right);
        QCOMPARE(moves, 2);
        QTest::keyClick(&chart, Qt::Key_Escape);
        QCOMPARE(left.count(), 1);
    }

    void eventsAreMarked()
    {
        LiveChart chart(throughput());
        show(chart);
        fill(chart);
        chart.markEvent(10, "receiver stopped");
        QVERIFY(chart.refresh());
        const Plot plot(chart);
        int marked = 0;
        for (double share = 0.48; share < 0.52; share += 0.001)
            marked = std::max(marked, plot.rowsOf(share, ColourRole::Event).second);
        QVERIFY(marked > 100);
    }

    void clearEmptiesTheChart()
    {
        LiveChart chart(throughput());
        show(chart);
        const Plot empty(chart);
        fill(chart);
        chart.refresh();
        QVERIFY(!(Plot(chart) == empty));
        chart.clear();
        QCOMPARE(Plot(chart).rowsOf(0.75, ColourRole::Delivered).first, -1);
        QCOMPARE(chart.visibleTime().to, 0.0);
    }

    void darkPaletteIsFollowed()
    {
        LiveChart chart(throughput());
        show(chart);
        QPalette dark;
        dark.setColor(QPalette::Window, QColor(0x202020));
        chart.setPalette(dark);
        const QImage image = chart.grab().toImage();
        QCOMPARE(QColor(image.pixel(image.width() / 2, image.height() - 4)),
                 Theme(Brightness::Dark).colour(ColourRole::Card));
        QCOMPARE(QColor(chart.grab(chart.plotRect()).toImage().pixel(5, 15)),
                 Theme(Brightness::Dark).colour(ColourRole::Card));
    }

    void whatIsSeenIsAlsoSaid()
    {
        LiveChart chart(throughput());
        show(chart);
        QCOMPARE(chart.accessibleName(), QStringLiteral("Throughput"));
        QCOMPARE(chart.textAlternative(),
                 QStringLiteral("Throughput: delivered: no value; offered: no value."));
        fill(chart);
        QCOMPARE(chart.textAlternative(),
                 QStringLiteral("Throughput: delivered now 200 msg/s, min 200 msg/s, max 800 msg/s; "
                                "offered now 980 msg/s, min 980 msg/s, max 980 msg/s."));
    }

    void anySizeCanBeDrawn()
    {
        LiveChart chart(latency());
        chart.setMinimumSize(1, 1);
        show(chart);
        for (int sample = 0; sample <= 600; ++sample)
            chart.append(sample / 30.0, std::array{1e4, 1e6});
        for (const QSize size : {QSize(1, 1), QSize(60, 40), QSize(2000, 90), QSize(300, 1500)}) {
            chart.resize(size);
            chart.refresh();
            QCOMPARE(chart.grab().toImage().isNull(), false);
        }
    }
};

QTEST_MAIN(LiveChartTest)
#include "tst_live_chart.moc"
