#pragma once

#include "gui/charts/chart_theme.h"

#include <QSizeF>
#include <QString>

#include <memory>
#include <optional>

class QChart;

namespace ipclab {

class FramedChart;
class LiveChart;

enum class ExportFormat { Png, Svg, Pdf };

/// How a chart is put into a file. Sizes are logical pixels, 96 to the inch; only pictures made of pixels
/// have a resolution.
struct ExportSettings {
    QSizeF size{960, 540};
    double dotsPerInch = 96; ///< of a PNG: 96, 192 (twice the pixels) or 300 (for print)
    Brightness brightness = Brightness::Light;
    QString title;       ///< stored in the file
    QString description; ///< stored in the file: the experiment's parameters
};

/// A sentence for the user: which file, why it could not be written and what to do.
using ExportFailure = std::optional<QString>;

/// Writes what `chart` shows. The file appears complete or not at all: a file that was there before stays as
/// it was.
ExportFailure exportChart(const LiveChart& chart, const QString& path, ExportFormat format,
                          const ExportSettings& settings);

/// The same for what LiveChart::snapshot() gave earlier, in the settings' theme.
ExportFailure exportSnapshot(std::unique_ptr<FramedChart> snapshot, const QString& path, ExportFormat format,
                             const ExportSettings& settings);

/// The same for a chart that was made for this purpose; it is resized and dressed in the settings' theme.
ExportFailure exportChart(std::unique_ptr<QChart> chart, const QString& path, ExportFormat format,
                          const ExportSettings& settings);

/// As a picture and as SVG; whoever pastes takes what it can.
void copyToClipboard(const LiveChart& chart, const ExportSettings& settings);

} // namespace ipclab
