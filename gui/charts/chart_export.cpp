#include "gui/charts/chart_export.h"

#include "gui/charts/framed_chart.h"
#include "gui/charts/live_chart.h"

#include <QBuffer>
#include <QChart>
#include <QClipboard>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QGuiApplication>
#include <QImage>
#include <QMarginsF>
#include <QMimeData>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <cmath>

namespace ipclab {

namespace {

constexpr double logicalDotsPerInch = 96;
constexpr double inchesPerMetre = 1000.0 / 25.4;
constexpr double pointsPerInch = 72;
constexpr int longestSide = 16384;   // pixels of a PNG: a gigabyte if both sides are so long
constexpr int pdfDotsPerInch = 1200; // fine enough that no rounded coordinate can be seen

QString translated(const char* text)
{
    return QCoreApplication::translate("ipclab::ChartExport", text);
}

/// A chart alone in a scene of its own, laid out at the size of the export.
class Sheet {
public:
    Sheet(std::unique_ptr<QChart> chart, const ExportSettings& settings)
        : m_settings(settings), m_theme(settings.brightness)
    {
        QChart* sheet = chart.release();
        m_scene.addItem(sheet);
        m_scene.setSceneRect(QRectF(QPointF(0, 0), settings.size));
        sheet->resize(settings.size);
        sheet->layout()->activate();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    }

    void paint(QPainter& painter)
    {
        const QRectF area(QPointF(0, 0), m_settings.size);
        painter.setFont(m_theme.labelFont()); // else an alias such as "Sans Serif" is written into the file
        painter.fillRect(area, m_theme.colour(ColourRole::Card));
        m_scene.render(&painter, area, area, Qt::IgnoreAspectRatio);
    }

    QImage toImage()
    {
        const double scale = m_settings.dotsPerInch / logicalDotsPerInch;
        const QSize size = (m_settings.size * scale).toSize();
        if (size.isEmpty() || size.width() > longestSide || size.height() > longestSide)
            return {};
        QImage image(size, QImage::Format_RGB32);
        if (image.isNull())
            return {};
        QPainter painter(&image);
        painter.scale(scale, scale);
        paint(painter);
        painter.end();
        // Only now: a painter would scale text by it.
        const int dotsPerMetre = static_cast<int>(std::lround(m_settings.dotsPerInch * inchesPerMetre));
        image.setDotsPerMeterX(dotsPerMetre);
        image.setDotsPerMeterY(dotsPerMetre);
        image.setText(QStringLiteral("Title"), m_settings.title);
        image.setText(QStringLiteral("Description"), m_settings.description);
        return image;
    }

    QByteArray toPng()
    {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        const QImage image = toImage();
        if (!image.isNull())
            image.save(&buffer, "PNG");
        return bytes;
    }

    QByteArray toSvg()
    {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setResolution(static_cast<int>(logicalDotsPerInch));
        generator.setSize(m_settings.size.toSize());
        generator.setViewBox(QRectF(QPointF(0, 0), m_settings.size));
        QPainter painter(&generator);
        paint(painter);
        painter.end();
        // QSvgGenerator of Qt 6.4 does not escape what it is told to describe.
        const QString words =
            QStringLiteral("<title>%1</title>\n<desc>%2</desc>\n")
                .arg(m_settings.title.toHtmlEscaped(), m_settings.description.toHtmlEscaped());
        return bytes.insert(bytes.indexOf("<defs>"), words.toUtf8());
    }

    QByteArray toPdf()
    {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        QPdfWriter writer(&buffer);
        writer.setResolution(pdfDotsPerInch);
        writer.setTitle(m_settings.description.isEmpty()
                            ? m_settings.title
                            : m_settings.title + QStringLiteral(" – ") + m_settings.description);
        writer.setCreator(QCoreApplication::applicationName());
        const QSizeF points = m_settings.size * (pointsPerInch / logicalDotsPerInch);
        writer.setPageSize(QPageSize(points, QPageSize::Point, QString(), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF());
        QPainter painter(&writer);
        painter.setRenderHint(QPainter::LosslessImageRendering);
        painter.scale(pdfDotsPerInch / logicalDotsPerInch, pdfDotsPerInch / logicalDotsPerInch);
        paint(painter);
        painter.end();
        return bytes;
    }

    QByteArray to(ExportFormat format)
    {
        switch (format) {
        case ExportFormat::Png:
            return toPng();
        case ExportFormat::Svg:
            return toSvg();
        case ExportFormat::Pdf:
            return toPdf();
        }
        return {};
    }

private:
    const ExportSettings& m_settings;
    Theme m_theme;
    QGraphicsScene m_scene;
};

QString whatToDo(const QSaveFile& file)
{
    const QFileInfo folder(QFileInfo(file.fileName()).absolutePath());
    if (!folder.exists())
        return translated("Create the folder first or choose another one.");
    if (!folder.isWritable() || file.error() == QFileDevice::PermissionsError)
        return translated("Choose a folder in which you may write.");
    return translated("Make room there or choose another place.");
}

ExportFailure failure(const QSaveFile& file)
{
    return translated("The chart could not be saved as “%1”: %2. %3")
        .arg(QDir::toNativeSeparators(file.fileName()), file.errorString(), whatToDo(file));
}

/// A full disk takes a part first, without an error. Only the next write says what is wrong.
bool writeAll(QSaveFile& file, const QByteArray& bytes)
{
    qsizetype done = 0;
    while (done < bytes.size()) {
        const qint64 written = file.write(bytes.constData() + done, bytes.size() - done);
        if (written <= 0)
            return false;
        done += written;
    }
    return true;
}

/// QSaveFile writes beside the target and renames: what fails leaves nothing and destroys nothing.
ExportFailure save(const QByteArray& bytes, const QString& path)
{
    if (bytes.isEmpty())
        return translated(
                   "The chart could not be saved as “%1”: it is too large to be drawn. Choose a smaller size "
                   "or resolution.")
            .arg(QDir::toNativeSeparators(path));
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
        return failure(file);
    if (writeAll(file, bytes) && file.commit())
        return std::nullopt;
    const ExportFailure reason = failure(file);
    file.cancelWriting();
    return reason;
}

} // namespace

ExportFailure exportChart(const LiveChart& chart, const QString& path, ExportFormat format,
                          const ExportSettings& settings)
{
    return exportSnapshot(chart.snapshot(Theme(settings.brightness)), path, format, settings);
}

ExportFailure exportSnapshot(std::unique_ptr<FramedChart> snapshot, const QString& path, ExportFormat format,
                             const ExportSettings& settings)
{
    Sheet sheet(std::move(snapshot), settings);
    return save(sheet.to(format), path);
}

ExportFailure exportChart(std::unique_ptr<QChart> chart, const QString& path, ExportFormat format,
                          const ExportSettings& settings)
{
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->setBackgroundRoundness(0);
    Theme(settings.brightness).applyTo(*chart);
    Sheet sheet(std::move(chart), settings);
    return save(sheet.to(format), path);
}

void copyToClipboard(const LiveChart& chart, const ExportSettings& settings)
{
    Sheet sheet(chart.snapshot(Theme(settings.brightness)), settings);
    auto data = std::make_unique<QMimeData>();
    data->setImageData(sheet.toImage());
    data->setData(QStringLiteral("image/svg+xml"), sheet.toSvg());
    QGuiApplication::clipboard()->setMimeData(data.release()); // the clipboard owns it
}

} // namespace ipclab
