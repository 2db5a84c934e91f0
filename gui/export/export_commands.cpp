#include "gui/export/export_commands.h"

#include "gui/charts/framed_chart.h"
#include "gui/charts/live_chart.h"
#include "gui/export/run_export.h"
#include "gui/file_dialog.h"
#include "gui/plot_catalog.h"
#include "gui/widgets/chart_board.h"

#include <QDir>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QSettings>

#include <algorithm>

namespace ipclab {

namespace {

const QString lastDirectoryKey = QStringLiteral("export/directory");

QString lastDirectory()
{
    return QSettings().value(lastDirectoryKey, QDir::homePath()).toString();
}

/// A menu that lasts until it is closed. Not exec(): that would return into a chart that may be gone.
QMenu* popUp(QWidget* window)
{
    auto* menu = new QMenu(window);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    return menu;
}

} // namespace

ExportCommands::ExportCommands(ChartBoard& charts, const std::vector<RunResult>& results, QWidget* window)
    : QObject(window), m_charts(charts), m_results(results), m_window(window),
      m_menu(new QMenu(tr("&Export"), window))
{
    addKinds(m_menu->addMenu(tr("&Current chart as")),
             [this](const ChartFileKind& kind) { saveChart(*m_charts.current(), kind); });
    addKinds(m_menu->addMenu(tr("&All charts as")), [this](const ChartFileKind& kind) { exportAll(kind); });
    QAction* copy =
        m_menu->addAction(tr("C&opy current chart"), this, [this] { copyChart(*m_charts.current()); });
    copy->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    m_menu->addSeparator();
    m_needResults = {
        m_menu->addAction(tr("Run as C&SV tables…"), this, &ExportCommands::exportTables),
        m_menu->addAction(tr("Run as &JSON…"), this, &ExportCommands::exportAsJson),
        m_menu->addAction(tr("&Everything into a folder…"), this, &ExportCommands::exportEverything)};
    noteResults();
}

void ExportCommands::showChartMenu(LiveChart* chart, const QPoint& globalPosition)
{
    QMenu* menu = popUp(m_window);
    // The menu of a chart that a run replaces goes with it.
    connect(chart, &QObject::destroyed, menu, [menu] {
        if (menu->isVisible())
            menu->close();
    });
    const QPointer<LiveChart> kept(chart);
    addKinds(menu->addMenu(tr("&Save chart as")), [this, kept](const ChartFileKind& kind) {
        if (kept)
            saveChart(*kept, kind);
    });
    menu->addAction(tr("C&opy chart"), this, [this, kept] {
        if (kept)
            copyChart(*kept);
    });
    menu->addSeparator();
    QAction* reset = menu->addAction(tr("Reset &zoom"), &m_charts, &ChartBoard::resetZoom);
    reset->setEnabled(chart->isZoomed());
    menu->popup(globalPosition);
}

void ExportCommands::showPlotMenu(const Plot& plot, const QPoint& globalPosition)
{
    QMenu* menu = popUp(m_window);
    addKinds(menu->addMenu(tr("&Save chart as")),
             [this, plot](const ChartFileKind& kind) { savePlot(plot, kind); });
    menu->popup(globalPosition);
}

void ExportCommands::noteResults()
{
    for (QAction* action : m_needResults) {
        action->setEnabled(!m_results.empty());
        action->setToolTip(m_results.empty() ? tr("There is no finished run yet.") : QString());
    }
}

void ExportCommands::setComparison(const Plot& plot)
{
    m_comparisons.erase(plot.id);
    if (plot.series.size() > 1)
        m_comparisons.emplace(plot.id, plot);
}

void ExportCommands::addKinds(QMenu* menu, const std::function<void(const ChartFileKind&)>& command)
{
    for (const ChartFileKind& kind : chartFileKinds())
        menu->addAction(kind.title + tr("…"), this, [command, &kind] { command(kind); });
}

void ExportCommands::exportAll(const ChartFileKind& kind)
{
    const QString directory = askForDirectory(tr("Save all charts as %1 into").arg(kind.title));
    if (directory.isEmpty() || !mayReplace(directory, chartFiles(kind)))
        return;
    ExportFailure failure = exportCharts(m_charts.charts(), directory, kind, description());
    if (!failure && !m_results.empty())
        failure = exportPlots(plotsOf(m_results.back()), directory, kind, description());
    for (const auto& [id, comparison] : m_comparisons)
        if (!failure)
            failure = exportPlots({comparison}, directory, kind, comparison.description);
    tell(failure, directory);
}

void ExportCommands::saveChart(const LiveChart& chart, const ChartFileKind& kind)
{
    const ExportSettings settings{
        .dotsPerInch = kind.dotsPerInch, .title = chart.face().title, .description = description()};
    const QString name = chart.face().id + kind.suffix;
    std::unique_ptr<FramedChart> snapshot = chart.snapshot(Theme(settings.brightness));
    const QString path = askForFile(tr("Save chart as %1").arg(kind.title), name);
    if (!path.isEmpty())
        tell(exportSnapshot(std::move(snapshot), path, kind.format, settings), path);
}

void ExportCommands::savePlot(const Plot& plot, const ChartFileKind& kind)
{
    const QString words = descriptionOf(plot);
    const QString path = askForFile(tr("Save chart as %1").arg(kind.title), plot.id + kind.suffix);
    if (!path.isEmpty())
        tell(exportPlot(plot, path, kind, words), path);
}

void ExportCommands::exportTables()
{
    const std::vector<RunResult> results = m_results;
    const QString directory = askForDirectory(tr("Save the run’s tables into"));
    if (!directory.isEmpty() && mayReplace(directory, csvFilesOf(results)))
        tell(exportCsv(results, directory), directory);
}

void ExportCommands::exportAsJson()
{
    const std::vector<RunResult> results = m_results;
    const QString path = askForFile(tr("Save the run as JSON"), QStringLiteral("run.json"));
    if (!path.isEmpty())
        tell(exportJson(results, path), path);
}

void ExportCommands::exportEverything()
{
    const std::vector<RunResult> results = m_results;
    const std::map<QString, Plot> comparisons = m_comparisons;
    QStringList names = filesOf(results);
    for (const ChartFileKind& kind : everythingKinds())
        for (const auto& [id, comparison] : comparisons)
            names << id + kind.suffix;
    const QString directory = askForDirectory(tr("Save charts, tables and JSON into"));
    if (directory.isEmpty() || !mayReplace(directory, names))
        return;
    ExportFailure failure = exportRuns(results, directory);
    for (const ChartFileKind& kind : everythingKinds())
        for (const auto& [id, comparison] : comparisons)
            if (!failure)
                failure = exportPlots({comparison}, directory, kind, comparison.description);
    tell(failure, directory);
}

void ExportCommands::copyChart(const LiveChart& chart)
{
    ExportSettings settings;
    settings.title = chart.face().title;
    settings.description = description();
    copyToClipboard(chart, settings);
    emit done(tr("The chart “%1” is on the clipboard.").arg(settings.title));
}

QString ExportCommands::askForDirectory(const QString& title)
{
    return ipclab::askForDirectory(m_window, title, lastDirectory());
}

bool ExportCommands::mayReplace(const QString& directory, const QStringList& names)
{
    const QDir target(directory);
    const auto count = std::ranges::count_if(names, [&](const QString& name) { return target.exists(name); });
    if (count == 0)
        return true;
    const QString files = count == 1 ? tr("One file") : tr("%1 files").arg(count);
    QMessageBox box(QMessageBox::Question, tr("Replace files"),
                    tr("%1 in “%2” would be replaced.").arg(files, QDir::toNativeSeparators(directory)),
                    QMessageBox::Cancel, m_window);
    const QAbstractButton* replace = box.addButton(tr("&Replace"), QMessageBox::AcceptRole);
    box.exec();
    return box.clickedButton() == replace;
}

/// What exportAll() writes.
QStringList ExportCommands::chartFiles(const ChartFileKind& kind) const
{
    QStringList names;
    for (const LiveChart* chart : m_charts.charts())
        names << chart->face().id + kind.suffix;
    if (!m_results.empty())
        for (const Plot& plot : plotsOf(m_results.back()))
            names << plot.id + kind.suffix;
    for (const auto& [id, comparison] : m_comparisons)
        names << id + kind.suffix;
    return names;
}

QString ExportCommands::askForFile(const QString& title, const QString& name)
{
    return askForFileToSave(m_window, title, QDir(lastDirectory()).filePath(name));
}

QString ExportCommands::description() const
{
    return m_results.empty() ? QString() : ipclab::descriptionOf(m_results.back());
}

/// A comparison is of many runs.
QString ExportCommands::descriptionOf(const Plot& plot) const
{
    return m_comparisons.contains(plot.id) ? plot.description : description();
}

void ExportCommands::tell(const std::optional<QString>& failure, const QString& target)
{
    if (failure) {
        QMessageBox::warning(m_window, tr("Not saved"), *failure);
        return;
    }
    const QFileInfo saved(target);
    QSettings().setValue(lastDirectoryKey, saved.isDir() ? saved.absoluteFilePath() : saved.absolutePath());
    emit done(tr("Saved to %1").arg(QDir::toNativeSeparators(target)));
}

} // namespace ipclab
