#include "gui/charts/chart_export.h"
#include "gui/charts/live_chart.h"

#include <QChart>
#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QImage>
#include <QLineSeries>
#include <QMimeData>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <array>
#include <cmath>
#include <csignal>

#include <sys/resource.h>

using namespace ipclab;

namespace {

ChartFace throughput()
{
    return {
        .id = "throughput",
        .title = "Throughput",
        .description = {},
        .quantity = Quantity::MessagesPerSecond,
        .scale = ScaleKind::Linear,
        .traces = {{"delivered", ColourRole::Delivered}, {"offered", ColourRole::Offered, TraceStyle::Step}}};
}

ExportSettings settings()
{
    ExportSettings settings;
    settings.size = QSizeF(800, 450);
    settings.title = "Throughput of a pipe";
    settings.description = "mechanism = \"pipe\" <64 B>";
    return settings;
}

void fill(LiveChart& chart)
{
    for (int sample = 0; sample <= 600; ++sample)
        chart.append(sample / 30.0, std::array{500 + 300 * std::sin(sample / 30.0), 980.0});
    chart.markEvent(12, "receiver stopped");
}

/// Files no longer than this can be written while it lives, as on a disk that is full.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit little{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &little);
    }
    ~FullDisk()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, SIG_DFL);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit m_before{};
};

QByteArray contents(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class ChartExportTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    LiveChart* m_chart = nullptr;

    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }

private slots:
    void init()
    {
        m_chart = new LiveChart(throughput());
        fill(*m_chart);
    }
    void cleanup() { delete m_chart; }

    void pngHasSizeResolutionAndDescription_data()
    {
        QTest::addColumn<double>("dotsPerInch");
        QTest::addColumn<QSize>("size");
        QTest::newRow("1x") << 96.0 << QSize(800, 450);
        QTest::newRow("2x") << 192.0 << QSize(1600, 900);
        QTest::newRow("300 dpi") << 300.0 << QSize(2500, 1406);
    }

    void pngHasSizeResolutionAndDescription()
    {
        QFETCH(double, dotsPerInch);
        ExportSettings wanted = settings();
        wanted.dotsPerInch = dotsPerInch;
        QVERIFY(!exportChart(*m_chart, path("chart.png"), ExportFormat::Png, wanted));
        const QImage image(path("chart.png"));
        QTEST(image.size(), "size");
        QVERIFY(std::abs(image.dotsPerMeterX() * 0.0254 - dotsPerInch) < 0.5);
        QCOMPARE(image.text("Description"), wanted.description);
        QCOMPARE(image.pixelColor(1, image.height() - 2), QColor(Qt::white));

        const QRgb line = Theme().colour(ColourRole::Delivered).rgb();
        int found = 0;
        for (int x = 0; x < image.width(); ++x) {
            for (int y = image.height() / 5; y < image.height(); ++y)
                found += (image.pixel(x, y) | 0xff000000) == line;
        }
        QVERIFY(found > image.width() / 4);
    }

    void svgIsVectorsWithinThePlot()
    {
        QVERIFY(!exportChart(*m_chart, path("chart.svg"), ExportFormat::Svg, settings()));
        QXmlStreamReader xml(contents(path("chart.svg")));
        QString title;
        QString description;
        QString texts;
        int longLines = 0;
        while (!xml.atEnd()) {
            xml.readNext();
            if (!xml.isStartElement())
                continue;
            if (xml.name() == u"title")
                title = xml.readElementText();
            else if (xml.name() == u"desc")
                description = xml.readElementText();
            else if (xml.name() == u"text")
                texts += xml.readElementText() + u'\n';
            else if (xml.name() == u"image")
                QFAIL("a picture in a drawing");
            else if (xml.name() == u"polyline")
                longLines += xml.attributes().value(QLatin1String("points")).count(u' ') > 500;
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(title, settings().title);
        QCOMPARE(description, settings().description);
        QCOMPARE(longLines, 2);
        for (const char* text :
             {"Throughput", "messages per second", "time in the run", "delivered", "receiver stopped"})
            QVERIFY2(texts.contains(QLatin1String(text)), text);
        QVERIFY(!contents(path("chart.svg")).contains("Sans Serif"));
    }

    void zoomedSvgEndsAtThePlotsEdge()
    {
        m_chart->zoom({5.01, 5.5});
        QVERIFY(!exportChart(*m_chart, path("zoom.svg"), ExportFormat::Svg, settings()));
        const QString text = QString::fromUtf8(contents(path("zoom.svg")));
        QRegularExpressionMatchIterator lines =
            QRegularExpression("<polyline[^>]*points=\"([^\"]*)\"").globalMatch(text);
        int seen = 0;
        while (lines.hasNext()) {
            const QString points = lines.next().captured(1);
            for (const QString& point : points.split(u' ', Qt::SkipEmptyParts)) {
                const double x = point.section(u',', 0, 0).toDouble();
                QVERIFY2(x >= 40 && x <= 790, qPrintable(point));
                ++seen;
            }
        }
        QVERIFY(seen > 20);
    }

    void pdfPageIsAsLargeAsTheChart()
    {
        QVERIFY(!exportChart(*m_chart, path("chart.pdf"), ExportFormat::Pdf, settings()));
        const QByteArray pdf = contents(path("chart.pdf"));
        QVERIFY(pdf.startsWith("%PDF"));
        QVERIFY(pdf.contains("/MediaBox [0 0 600"));
        QVERIFY(pdf.trimmed().endsWith("%%EOF"));
        QVERIFY(!pdf.contains("/Subtype /Image"));
    }

    void anyChartCanBeExported()
    {
        auto chart = std::make_unique<QChart>();
        auto* series = new QLineSeries;
        series->append(0, 1);
        series->append(1, 2);
        chart->addSeries(series);
        chart->createDefaultAxes();
        chart->setTitle("Median by size");
        QVERIFY(!exportChart(std::move(chart), path("static.svg"), ExportFormat::Svg, settings()));
        QVERIFY(contents(path("static.svg")).contains("Median by size"));
    }

    void exportDoesNotTouchTheChartOnTheScreen()
    {
        m_chart->resize(500, 300);
        m_chart->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_chart));
        const QImage before = m_chart->grab().toImage();
        ExportSettings dark = settings();
        dark.brightness = Brightness::Dark;
        QVERIFY(!exportChart(*m_chart, path("dark.png"), ExportFormat::Png, dark));
        QCOMPARE(m_chart->grab().toImage(), before);
        QCOMPARE(QImage(path("dark.png")).pixelColor(1, 448),
                 Theme(Brightness::Dark).colour(ColourRole::Card));
    }

    void missingFolderIsNamed()
    {
        const auto reason = exportChart(*m_chart, path("no/such/chart.png"), ExportFormat::Png, settings());
        QVERIFY(reason);
        QVERIFY(reason->contains("no/such/chart.png"));
        QVERIFY(reason->contains("Create the folder"));
    }

    void fullDiskLeavesNothingBehind_data()
    {
        QTest::addColumn<ExportFormat>("format");
        QTest::newRow("png") << ExportFormat::Png;
        QTest::newRow("svg") << ExportFormat::Svg;
        QTest::newRow("pdf") << ExportFormat::Pdf;
    }

    void fullDiskLeavesNothingBehind()
    {
        QFETCH(ExportFormat, format);
        QTemporaryDir folder;
        const QString target = folder.filePath("chart.out");
        ExportFailure reason;
        {
            const FullDisk disk(4096);
            reason = exportChart(*m_chart, target, format, settings());
        }
        QVERIFY(reason);
        QVERIFY(reason->contains(target));
        QVERIFY2(reason->contains("File too large"), qPrintable(*reason)); // not "Unknown error"
        QVERIFY(QDir(folder.path()).isEmpty(QDir::Files | QDir::Hidden | QDir::NoDotAndDotDot));
    }

    void failureKeepsTheFileThatWasThere()
    {
        QVERIFY(!exportChart(*m_chart, path("kept.svg"), ExportFormat::Svg, settings()));
        const QByteArray before = contents(path("kept.svg"));
        {
            const FullDisk disk(4096);
            QVERIFY(exportChart(*m_chart, path("kept.svg"), ExportFormat::Svg, settings()));
        }
        QCOMPARE(contents(path("kept.svg")), before);
    }

    void absurdSizeIsRefusedInASentence()
    {
        ExportSettings huge = settings();
        huge.size = QSizeF(1e6, 1e6);
        const auto reason = exportChart(*m_chart, path("huge.png"), ExportFormat::Png, huge);
        QVERIFY(reason);
        QVERIFY(reason->contains("too large"));
        QVERIFY(!QFileInfo::exists(path("huge.png")));
    }

    void clipboardHoldsPictureAndDrawing()
    {
        copyToClipboard(*m_chart, settings());
        const QMimeData* data = QGuiApplication::clipboard()->mimeData();
        QCOMPARE(qvariant_cast<QImage>(data->imageData()).size(), QSize(800, 450));
        QVERIFY(data->data("image/svg+xml").contains("<polyline"));
    }
};

QTEST_MAIN(ChartExportTest)
#include "tst_chart_export.moc"
