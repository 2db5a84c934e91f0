#pragma once

#include "engine/run/run_result.h"
#include "gui/charts/chart_export.h"

#include <QStringList>

#include <memory>
#include <vector>

namespace ipclab {

class LiveChart;
struct Plot;

/// A kind of file that charts are exported as.
struct ChartFileKind {
    QString title;  ///< "PNG, twice the pixels"
    QString suffix; ///< "@2x.png": what the chart's id is followed by
    ExportFormat format = ExportFormat::Png;
    double dotsPerInch = 96;
};

/// Those that a chart by itself can be exported as.
const std::vector<ChartFileKind>& chartFileKinds();
/// Those of everything together, whose suffixes say no resolution.
const std::vector<ChartFileKind>& everythingKinds();

/// The experiment in one line, and where it ran: stored in exported files.
QString descriptionOf(const RunResult& result);

/// The charts of a finished run, with all its data, showing the whole run.
std::vector<std::unique_ptr<LiveChart>> chartsOf(const RunResult& result);

/// One file per chart, named by its id, in a directory that exists. Stops at the first that fails.
ExportFailure exportCharts(const std::vector<LiveChart*>& charts, const QString& directory,
                           const ChartFileKind& kind, const QString& description);

/// Likewise of charts that stand still.
ExportFailure exportPlots(const std::vector<Plot>& plots, const QString& directory, const ChartFileKind& kind,
                          const QString& description);
ExportFailure exportPlot(const Plot& plot, const QString& path, const ChartFileKind& kind,
                         const QString& description);

/// Makes the directory where it is missing; the sentence if that fails or it cannot be written into.
ExportFailure prepareDirectory(const QString& directory);

/// Everything of a series of runs: charts as PNG and SVG, CSV tables and run.json. One run goes straight into
/// `directory`, several into numbered sub-directories. The directory is made when it is missing.
ExportFailure exportRuns(const std::vector<RunResult>& results, const QString& directory);

/// The files that exportRuns() and exportCsv() write, relative to their directory.
QStringList filesOf(const std::vector<RunResult>& results);
QStringList csvFilesOf(const std::vector<RunResult>& results);

/// The tables only, or the JSON only.
ExportFailure exportCsv(const std::vector<RunResult>& results, const QString& directory);
ExportFailure exportJson(const std::vector<RunResult>& results, const QString& path);

} // namespace ipclab
