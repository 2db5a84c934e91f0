#include "gui/export/run_export.h"

#include "engine/base/failure.h"
#include "engine/experiment/layers.h"
#include "engine/experiment/placement.h"
#include "engine/library/atomic_file.h"
#include "engine/library/result_csv.h"
#include "engine/library/result_json.h"
#include "engine/mechanisms/catalog.h"
#include "gui/chart_catalog.h"
#include "gui/charts/live_chart.h"
#include "gui/event_marks.h"
#include "gui/plot_catalog.h"

#include <QChart>
#include <QCoreApplication>
#include <QDir>

namespace ipclab {

namespace {

const QString runJson = QStringLiteral("run.json");

QString tr(const char* text)
{
    return QCoreApplication::translate("RunExport", text);
}

/// Runs what throws failures and returns the sentence instead.
template <typename Write>
ExportFailure sentenceOf(Write write)
{
    try {
        write();
    } catch (const FailureError& error) {
        return QString::fromStdString(error.failure().sentence());
    } catch (const std::system_error& error) {
        return QString::fromStdString(explain(error, "write the run").sentence());
    }
    return std::nullopt;
}

ExportFailure exportOne(const RunResult& result, const QString& directory)
{
    if (auto failure = prepareDirectory(directory))
        return failure;
    const auto charts = chartsOf(result);
    std::vector<LiveChart*> all;
    for (const auto& chart : charts)
        all.push_back(chart.get());
    for (const ChartFileKind& kind : everythingKinds()) {
        if (auto failure = exportCharts(all, directory, kind, descriptionOf(result)))
            return failure;
        if (auto failure = exportPlots(plotsOf(result), directory, kind, descriptionOf(result)))
            return failure;
    }
    return exportJson({result}, QDir(directory).filePath(runJson));
}

QStringList filesOf(const RunResult& result)
{
    QStringList ids;
    for (const ChartSpec& spec : chartsFor(contextOf(result)))
        ids << spec.face.id;
    for (const Plot& plot : plotsOf(result))
        ids << plot.id;
    QStringList names{runJson};
    for (const ChartFileKind& kind : everythingKinds())
        for (const QString& id : ids)
            names << id + kind.suffix;
    return names;
}

/// Where the run at `index` goes, relative to the directory of them all.
QString placeOf(const std::vector<RunResult>& results, std::size_t index)
{
    return results.size() == 1 ? QString()
                               : QString::fromStdString(csvDirectoryName(results[index], index)) + u'/';
}

} // namespace

const std::vector<ChartFileKind>& chartFileKinds()
{
    static const std::vector<ChartFileKind> kinds{
        {tr("PNG"), ".png", ExportFormat::Png, 96},
        {tr("PNG, twice the pixels"), "@2x.png", ExportFormat::Png, 192},
        {tr("PNG for print, 300 dpi"), "-300dpi.png", ExportFormat::Png, 300},
        {tr("SVG"), ".svg", ExportFormat::Svg, 96},
        {tr("PDF"), ".pdf", ExportFormat::Pdf, 96},
    };
    return kinds;
}

const std::vector<ChartFileKind>& everythingKinds()
{
    static const std::vector<ChartFileKind> kinds{{tr("PNG"), ".png", ExportFormat::Png, 192},
                                                  {tr("SVG"), ".svg", ExportFormat::Svg, 96}};
    return kinds;
}

QString descriptionOf(const RunResult& result)
{
    const Experiment& experiment = result.experiment;
    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    const QString title = QString::fromStdString(mechanism ? mechanism->info().title : experiment.mechanism);
    QStringList parts{title,
                      QString::fromStdString(sizesText(experiment)),
                      QString::fromStdString(std::string(word(experiment.exchange))),
                      QString::fromStdString(std::string(word(experiment.wait))),
                      QString::fromStdString(experiment.load.profile),
                      tr("cores: %1").arg(QString::fromStdString(placementText(experiment))),
                      QString::fromStdString(result.host.kernel),
                      QString::fromStdString(result.host.processor),
                      QString::fromStdString(result.startedAt)};
    for (const std::string& caption : layerCaptions(experiment))
        parts.insert(2, QString::fromStdString(caption));
    parts.removeAll(QString());
    return parts.join(tr(" · "));
}

std::vector<std::unique_ptr<LiveChart>> chartsOf(const RunResult& result)
{
    std::vector<std::unique_ptr<LiveChart>> charts;
    for (const ChartSpec& spec : chartsFor(contextOf(result))) {
        auto chart = std::make_unique<LiveChart>(spec.face);
        chart->setWindow(std::nullopt);
        for (const SeriesPoint& point : result.series)
            chart->append(std::chrono::duration<double>(point.at).count(), spec.values(point));
        for (const LoggedEvent& event : result.events)
            if (const std::optional<QString> mark = markOf(event))
                chart->markEvent(std::chrono::duration<double>(event.at).count(), *mark);
        chart->end();
        charts.push_back(std::move(chart));
    }
    return charts;
}

ExportFailure exportCharts(const std::vector<LiveChart*>& charts, const QString& directory,
                           const ChartFileKind& kind, const QString& description)
{
    ExportSettings settings;
    settings.dotsPerInch = kind.dotsPerInch;
    settings.description = description;
    for (const LiveChart* chart : charts) {
        settings.title = chart->face().title;
        const QString path = QDir(directory).filePath(chart->face().id + kind.suffix);
        if (auto failure = exportChart(*chart, path, kind.format, settings))
            return failure;
    }
    return std::nullopt;
}

ExportFailure exportPlots(const std::vector<Plot>& plots, const QString& directory, const ChartFileKind& kind,
                          const QString& description)
{
    for (const Plot& plot : plots)
        if (auto failure =
                exportPlot(plot, QDir(directory).filePath(plot.id + kind.suffix), kind, description))
            return failure;
    return std::nullopt;
}

ExportFailure exportPlot(const Plot& plot, const QString& path, const ChartFileKind& kind,
                         const QString& description)
{
    ExportSettings settings;
    settings.dotsPerInch = kind.dotsPerInch;
    settings.title = plot.title;
    settings.description = description;
    return exportChart(chartOf(plot, Theme(settings.brightness)), path, kind.format, settings);
}

ExportFailure prepareDirectory(const QString& directory)
{
    return sentenceOf([&] { requireWritableDirectory(directory.toStdString()); });
}

ExportFailure exportRuns(const std::vector<RunResult>& results, const QString& directory)
{
    for (std::size_t i = 0; i < results.size(); ++i)
        if (auto failure = exportOne(results[i], QDir(directory).filePath(placeOf(results, i))))
            return failure;
    return exportCsv(results, directory);
}

QStringList filesOf(const std::vector<RunResult>& results)
{
    QStringList names = csvFilesOf(results);
    for (std::size_t i = 0; i < results.size(); ++i)
        for (const QString& name : filesOf(results[i]))
            names << placeOf(results, i) + name;
    return names;
}

QStringList csvFilesOf(const std::vector<RunResult>& results)
{
    QStringList names;
    for (const std::string& name : csvFiles(results))
        names << QString::fromStdString(name);
    return names;
}

ExportFailure exportCsv(const std::vector<RunResult>& results, const QString& directory)
{
    return sentenceOf([&] {
        requireWritableDirectory(directory.toStdString());
        writeCsv(results, directory.toStdString());
    });
}

ExportFailure exportJson(const std::vector<RunResult>& results, const QString& path)
{
    return sentenceOf([&] {
        writeFileAtomically(path.toStdString(),
                            results.size() == 1 ? toJson(results.front()) : toJson(results));
    });
}

} // namespace ipclab
