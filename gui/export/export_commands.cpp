#include "gui/export/export_commands.h"

#include "gui/charts/live_chart.h"
#include "gui/export/run_export.h"
#include "gui/plot_catalog.h"
#include "gui/widgets/chart_board.h"

#include <QDir>
#include <QFileDialog>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>

namespace ipclab {

namespace {

const QString lastDirectoryKey = QStringLiteral("export/directory");

QString lastDirectory()
{
    return QSettings().value(lastDirectoryKey, QDir::homePath()).toString();
}

} // namespace

ExportCommands::ExportCommands(ChartBoard& charts, QWidget* window)
    : QObject(window), m_charts(charts), m_window(window), m_menu(new QMenu(tr("&Export"), window))
{
    addKinds(m_menu->addMenu(tr("&Current chart as")), &ExportCommands::exportCurrent);
    addKinds(m_menu->addMenu(tr("&All charts as")), &ExportCommands::exportAll);
    QAction* copy = m_menu->addAction(tr("C&opy current chart"), this, &ExportCommands::copyCurrent);
    copy->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    m_menu->addSeparator();
    m_needResults = {
        m_menu->addAction(tr("Run as C&SV tables…"), this, &ExportCommands::exportTables),
        m_menu->addAction(tr("Run as &JSON…"), this, &ExportCommands::exportAsJson),
        m_menu->addAction(tr("&Everything into a folder…"), this, &ExportCommands::exportEverything)};
    setResults({});
}

void ExportCommands::showChartMenu(LiveChart* chart, const QPoint& globalPosition)
{
    QMenu menu(m_window);
    addKinds(menu.addMenu(tr("&Save chart as")), &ExportCommands::exportCurrent);
    menu.addAction(tr("C&opy chart"), this, &ExportCommands::copyCurrent);
    menu.addSeparator();
    QAction* reset = menu.addAction(tr("Reset &zoom"), &m_charts, &ChartBoard::resetZoom);
    reset->setEnabled(chart->isZoomed());
    menu.exec(globalPosition);
}

void ExportCommands::showPlotMenu(const Plot& plot, const QPoint& globalPosition)
{
    QMenu menu(m_window);
    QMenu* save = menu.addMenu(tr("&Save chart as"));
    for (const ChartFileKind& kind : chartFileKinds())
        save->addAction(kind.title + tr("…"), this, [this, &plot, &kind] { savePlot(plot, kind); });
    menu.exec(globalPosition);
}

void ExportCommands::setResults(const std::vector<RunResult>& results)
{
    m_results = results;
    for (QAction* action : m_needResults) {
        action->setEnabled(!m_results.empty());
        action->setToolTip(m_results.empty() ? tr("There is no finished run yet.") : QString());
    }
}

void ExportCommands::setComparison(const Plot& plot)
{
    m_comparison = plot.series.size() > 1 ? std::optional(plot) : std::nullopt;
}

void ExportCommands::addKinds(QMenu* menu, void (ExportCommands::*command)(const ChartFileKind&))
{
    for (const ChartFileKind& kind : chartFileKinds())
        menu->addAction(kind.title + tr("…"), this, [this, command, &kind] { (this->*command)(kind); });
}

void ExportCommands::exportCurrent(const ChartFileKind& kind)
{
    const LiveChart* chart = m_charts.current();
    const QString path = askForFile(tr("Save chart as %1").arg(kind.title), chart->face().id + kind.suffix);
    if (path.isEmpty())
        return;
    ExportSettings settings;
    settings.dotsPerInch = kind.dotsPerInch;
    settings.title = chart->face().title;
    settings.description = description();
    tell(exportChart(*chart, path, kind.format, settings), path);
}

void ExportCommands::exportAll(const ChartFileKind& kind)
{
    const QString directory = askForDirectory(tr("Save all charts as %1 into").arg(kind.title));
    if (directory.isEmpty())
        return;
    ExportFailure failure = exportCharts(m_charts.charts(), directory, kind, description());
    if (!failure && !m_results.empty())
        failure = exportPlots(plotsOf(m_results.back()), directory, kind, description());
    if (!failure && m_comparison)
        failure = exportPlots({*m_comparison}, directory, kind, m_comparison->description);
    tell(failure, directory);
}

void ExportCommands::savePlot(const Plot& plot, const ChartFileKind& kind)
{
    const QString path = askForFile(tr("Save chart as %1").arg(kind.title), plot.id + kind.suffix);
    if (!path.isEmpty())
        tell(exportPlot(plot, path, kind, descriptionOf(plot)), path);
}

void ExportCommands::exportTables()
{
    const QString directory = askForDirectory(tr("Save the run’s tables into"));
    if (!directory.isEmpty())
        tell(exportCsv(m_results, directory), directory);
}

void ExportCommands::exportAsJson()
{
    const QString path = askForFile(tr("Save the run as JSON"), QStringLiteral("run.json"));
    if (!path.isEmpty())
        tell(exportJson(m_results, path), path);
}

void ExportCommands::exportEverything()
{
    const QString directory = askForDirectory(tr("Save charts, tables and JSON into"));
    if (directory.isEmpty())
        return;
    ExportFailure failure = exportRuns(m_results, directory);
    for (const ChartFileKind& kind : everythingKinds())
        if (!failure && m_comparison)
            failure = exportPlots({*m_comparison}, directory, kind, m_comparison->description);
    tell(failure, directory);
}

void ExportCommands::copyCurrent()
{
    ExportSettings settings;
    settings.title = m_charts.current()->face().title;
    settings.description = description();
    copyToClipboard(*m_charts.current(), settings);
    emit done(tr("The chart “%1” is on the clipboard.").arg(settings.title));
}

QString ExportCommands::askForDirectory(const QString& title)
{
    const QString directory = QFileDialog::getExistingDirectory(m_window, title, lastDirectory());
    if (!directory.isEmpty())
        QSettings().setValue(lastDirectoryKey, directory);
    return directory;
}

QString ExportCommands::askForFile(const QString& title, const QString& name)
{
    const QString path = QFileDialog::getSaveFileName(m_window, title, QDir(lastDirectory()).filePath(name));
    if (!path.isEmpty())
        QSettings().setValue(lastDirectoryKey, QFileInfo(path).absolutePath());
    return path;
}

QString ExportCommands::description() const
{
    return m_results.empty() ? QString() : ipclab::descriptionOf(m_results.back());
}

/// A comparison is of many runs.
QString ExportCommands::descriptionOf(const Plot& plot) const
{
    return m_comparison && m_comparison->id == plot.id ? plot.description : description();
}

void ExportCommands::tell(const std::optional<QString>& failure, const QString& target)
{
    if (failure)
        QMessageBox::warning(m_window, tr("Not saved"), *failure);
    else
        emit done(tr("Saved to %1").arg(QDir::toNativeSeparators(target)));
}

} // namespace ipclab
