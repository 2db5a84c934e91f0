#include "gui/cores/core_map_export.h"

#include "engine/base/failure.h"
#include "engine/library/atomic_file.h"
#include "engine/library/core_map_export.h"
#include "gui/cores/core_map_view.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

namespace ipclab {

namespace {

constexpr QSize smallest(720, 620);
constexpr int sidePerCore = 46;

/// Large enough that every cell has room for its value.
QSize sizeFor(const CoreMap& map)
{
    const int side = static_cast<int>(map.cores.size()) * sidePerCore;
    return smallest.expandedTo(QSize(side + 80, side + 110));
}

QByteArray toPng(const CoreMap& map)
{
    QImage image(sizeFor(map) * 2, QImage::Format_RGB32);
    image.setDevicePixelRatio(2);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    paintCoreMap(painter, QRectF(QPointF(), sizeFor(map)), map, Theme(Brightness::Light));
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray toSvg(const CoreMap& map)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96);
    generator.setSize(sizeFor(map));
    generator.setViewBox(QRect(QPoint(), sizeFor(map)));
    QPainter painter(&generator);
    paintCoreMap(painter, QRectF(QPointF(), sizeFor(map)), map, Theme(Brightness::Light));
    painter.end();
    return bytes;
}

} // namespace

std::optional<QString> exportCoreMap(const CoreMap& map, const QString& path)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    try {
        if (suffix == u"csv")
            writeFileAtomically(path.toStdString(), toCsv(map));
        else if (suffix == u"svg")
            writeFileAtomically(path.toStdString(), toSvg(map).toStdString());
        else if (suffix == u"png")
            writeFileAtomically(path.toStdString(), toPng(map).toStdString());
        else
            return QCoreApplication::translate(
                "ipclab::CoreMapExport",
                "The name of the file must end in .png, .svg or .csv, which says what to write.");
    } catch (const FailureError& error) {
        return QString::fromUtf8(error.what());
    }
    return std::nullopt;
}

} // namespace ipclab
