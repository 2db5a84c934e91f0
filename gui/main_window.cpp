#include "gui/main_window.h"

#include "gui/capacity_probe.h"
#include "gui/charts/live_chart.h"
#include "gui/charts/number_text.h"
#include "gui/cores/core_map_dialog.h"
#include "gui/deadlock_dialog.h"
#include "gui/experiment/experiment_panel.h"
#include "gui/export/export_commands.h"
#include "gui/file_commands.h"
#include "gui/page_tabs.h"
#include "gui/pages/live_page.h"
#include "gui/run_thread.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/chart_board.h"
#include "gui/widgets/host_bar.h"
#include "gui/widgets/run_bar.h"
#include "gui/widgets/run_progress.h"
#include "gui/widgets/view_controls.h"
#include "gui/window_actions.h"

#include <QAction>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QScreen>
#include <QSettings>
#include <QStatusBar>

#include <algorithm>

namespace ipclab {

namespace {

constexpr QSize firstSize(1440, 900);
constexpr int smallestWidth = 1000;
constexpr QSize roomForDecorations(8, 36);

/// "It keeps p99 under 1 ms up to 310 k/s; …"
QString answerOf(const Saturation& saturation)
{
    return MainWindow::tr("It %1.").arg(QString::fromStdString(saturation.sentence()));
}

} // namespace

MainWindow::MainWindow(RunSettings settings, QWidget* parent)
    : QMainWindow(parent), m_settings(std::move(settings)), m_presets(allPresets())
{
    auto* capacities = new CapacityProbe(m_settings.workerProgram, this);
    createThread();
    createPages();
    connect(m_pages, &PageTabs::capacityWanted, capacities, &CapacityProbe::find);
    connect(capacities, &CapacityProbe::found, m_pages, &PageTabs::showCapacity);
    createCommands();
    createBars();
    createLayout();
    connectFiles();
    connectView();
    restoreSettings();
    showDocument();
}

MainWindow::~MainWindow() = default;

bool MainWindow::openFile(const QString& path)
{
    return m_files->open(path);
}

bool MainWindow::openPreset(const QString& id)
{
    return m_files->openPreset(id);
}

void MainWindow::startRun()
{
    if (!m_panel->problems().isEmpty())
        return;
    m_pages->openLive();
    start(m_document.experiments());
}

void MainWindow::startSurvey(const std::vector<Experiment>& experiments)
{
    start(experiments);
}

void MainWindow::start(std::vector<Experiment> experiments)
{
    emit runOver(); // what is going on ends without a result
    m_results.clear();
    m_exports->noteResults();
    m_banner->hide();
    setViewPaused(false);
    m_thread->start(std::move(experiments));
    m_hostBar->setObserving(true);
    showReadiness();
}

void MainWindow::stopRun()
{
    m_thread->stop();
}

bool MainWindow::isRunning() const
{
    return m_thread->isBusy();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!m_files->mayDiscard()) {
        event->ignore();
        return;
    }
    if (m_document.isModified())
        m_document.revert(); // discarded: it does not come back at the next start
    saveSettings();
    m_thread->stop();
    event->accept();
}

void MainWindow::createThread()
{
    m_thread = new RunThread(m_settings, this);
    connect(m_thread, &RunThread::newsArrived, this, &MainWindow::takeNews);
}

void MainWindow::createPages()
{
    m_pages = new PageTabs(m_presets, this);
    m_live = &m_pages->live();
    m_viewControls = &m_pages->viewControls();
    connect(&m_frames, &FramePace::due, m_pages, &PageTabs::refresh);
    connect(m_pages, &PageTabs::presetChosen, this, &MainWindow::runPreset);
    connect(m_pages, &PageTabs::surveyWanted, this, &MainWindow::startSurvey);
    connect(m_pages, &PageTabs::stopWanted, this, &MainWindow::stopRun);
    connect(m_live, &LivePage::faultWanted, m_thread, &RunThread::inject);
}

void MainWindow::createCommands()
{
    m_files = new FileCommands(m_document, this);
    m_exports = new ExportCommands(m_live->charts(), m_results, this);
    m_actions = new WindowActions(*this, m_presets, m_exports->menu());
    connect(m_actions->run, &QAction::triggered, this, &MainWindow::startRun);
    connect(m_actions->stop, &QAction::triggered, this, &MainWindow::stopRun);
    connect(m_actions, &WindowActions::lockingWanted, m_thread, &RunThread::setLocking);
    connect(m_actions->escape, &QAction::triggered, this, &MainWindow::leaveZoomOrStop);
    connect(m_actions, &WindowActions::presetWanted, this, &MainWindow::runPreset);
    connect(m_actions->coreMap, &QAction::triggered, this, &MainWindow::openCoreMap);
    connect(&m_live->charts(), &ChartBoard::menuWanted, m_exports, &ExportCommands::showChartMenu);
    connect(m_pages, &PageTabs::plotMenuWanted, m_exports, &ExportCommands::showPlotMenu);
    connect(m_pages, &PageTabs::comparisonChanged, m_exports, &ExportCommands::setComparison);
}

void MainWindow::createBars()
{
    m_runBar = new RunBar({.run = m_actions->run,
                           .stop = m_actions->stop,
                           .lock = m_actions->lock,
                           .presets = m_actions->presets,
                           .exports = m_exports->menu()},
                          this);
    m_banner = new Banner(this);
    m_hostBar = new HostBar(readHost(), this);
    statusBar()->addWidget(m_hostBar, 1);
    statusBar()->setSizeGripEnabled(false);
    connect(m_exports, &ExportCommands::done, m_hostBar, &HostBar::say);
}

void MainWindow::createLayout()
{
    m_panel = new ExperimentPanel(m_document, this);
    connect(m_panel, &ExperimentPanel::edited, this, &MainWindow::showReadiness);
    connect(m_panel, &ExperimentPanel::cardWanted, m_pages, &PageTabs::openMechanism);
    connect(m_pages, &PageTabs::mechanismChosen, m_panel, &ExperimentPanel::useMechanism);
    auto* middle = new QVBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_banner);
    middle->addWidget(m_pages, 1);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(0);
    columns->addWidget(m_panel);
    columns->addLayout(middle, 1);
    auto* centre = new QWidget(this);
    auto* rows = new QVBoxLayout(centre);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(m_runBar);
    rows->addLayout(columns, 1);
    setCentralWidget(centre);
    setMinimumWidth(smallestWidth); // how low it may be follows from what is in it
}

void MainWindow::connectFiles()
{
    connect(m_actions, &WindowActions::newWanted, m_files, &FileCommands::createNew);
    connect(m_actions, &WindowActions::openWanted, m_files, &FileCommands::askAndOpen);
    connect(m_actions, &WindowActions::saveWanted, m_files, &FileCommands::save);
    connect(m_actions, &WindowActions::saveAsWanted, m_files, &FileCommands::saveAs);
    connect(m_files, &FileCommands::replaced, this, &MainWindow::showDocument);
    connect(m_files, &FileCommands::saved, this, &MainWindow::showTitle);
}

void MainWindow::connectView()
{
    connect(m_viewControls, &ViewControls::windowChosen, this, &MainWindow::chooseWindow);
    connect(m_viewControls, &ViewControls::pauseToggled, this, &MainWindow::setViewPaused);
    connect(m_actions->pauseView, &QAction::toggled, this, &MainWindow::setViewPaused);
    connect(m_actions, &WindowActions::windowWanted, this, &MainWindow::chooseWindow);
    connect(m_actions, &WindowActions::themeWanted, this, &MainWindow::chooseTheme);
    connect(m_actions, &WindowActions::resetZoomWanted, &m_live->charts(), &ChartBoard::resetZoom);
}

void MainWindow::restoreSettings()
{
    const QSettings settings;
    chooseTheme(themeChoice(settings.value("window/theme").toString()));
    chooseWindow(settings.value("view/window", ViewControls::indexOfWholeRun()).toInt());
    if (!restoreGeometry(settings.value("window/geometry").toByteArray()))
        resize(firstSize.boundedTo(screen()->availableSize() - roomForDecorations));
    const QString text = settings.value("experiment/text").toString();
    if (!text.isEmpty())
        m_document.restore(text, settings.value("experiment/path").toString());
}

void MainWindow::saveSettings() const
{
    QSettings settings;
    settings.setValue("window/theme", word(m_theme));
    settings.setValue("window/geometry", saveGeometry());
    settings.setValue("view/window", m_window);
    settings.setValue("experiment/text", m_document.text());
    settings.setValue("experiment/path", m_document.path());
}

void MainWindow::showDocument()
{
    m_panel->showDocument();
    showReadiness();
}

void MainWindow::showTitle()
{
    setWindowTitle(tr("%1[*] – IPC Lab").arg(m_document.name()));
    setWindowModified(m_document.isModified());
}

void MainWindow::showReadiness()
{
    const QStringList problems = m_panel->problems();
    m_actions->run->setEnabled(problems.isEmpty() && !isRunning());
    m_actions->run->setToolTip(problems.isEmpty() ? tr("Run this experiment (F5)") : problems.join("\n"));
    m_runBar->progress().setObstacle(problems.value(0));
    m_actions->coreMap->setEnabled(!isRunning());
    m_actions->stop->setEnabled(isRunning());
    m_actions->stop->setToolTip(tr("End the run now and keep its result (Shift+F5)"));
    showTitle();
}

void MainWindow::runPreset(const QString& id)
{
    if (openPreset(id))
        startRun();
}

void MainWindow::openCoreMap()
{
    auto* dialog = new CoreMapDialog(m_settings, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::leaveZoomOrStop()
{
    if (m_live->charts().isZoomed())
        m_live->charts().resetZoom();
    else
        stopRun();
}

void MainWindow::chooseWindow(int index)
{
    const auto windows = ViewControls::windows();
    m_window = std::clamp(index, 0, static_cast<int>(windows.size()) - 1);
    m_live->charts().setWindow(windows[static_cast<std::size_t>(m_window)].seconds);
    m_live->charts().refresh();
    m_viewControls->setWindow(m_window);
    m_actions->setWindowChecked(m_window);
}

void MainWindow::chooseTheme(ThemeChoice choice)
{
    m_theme = choice;
    applyTheme(choice);
    m_actions->setThemeChecked(choice);
}

void MainWindow::setViewPaused(bool paused)
{
    m_live->charts().setPaused(paused);
    m_live->charts().refresh();
    m_viewControls->setPaused(paused);
    m_actions->pauseView->setChecked(paused);
}

void MainWindow::takeNews()
{
    for (const RunNews& news : m_thread->takeNews()) {
        m_pages->take(news);
        m_runBar->progress().take(news);
        std::visit([this](const auto& what) { note(what); }, news);
    }
    m_frames.ask();
}

void MainWindow::note(const SampleTaken& news)
{
    m_actions->showLocking(news.locking);
}

void MainWindow::note(const DeadlockFound& news)
{
    auto* dialog = new DeadlockDialog(news.graph, this);
    connect(dialog, &DeadlockDialog::faultWanted, m_thread, &RunThread::inject);
    connect(this, &MainWindow::runOver, dialog, &QWidget::close);
    dialog->show();
}

void MainWindow::note(const RunFinished& news)
{
    m_actions->showLocking(std::nullopt);
    keep(news.result);
    const QString run = m_runBar->progress().run();
    QStringList defects;
    for (const SelfCheck& check : news.result.checks) {
        if (!check.holds)
            defects << withGroupedDigits(QString::fromStdString(check.sentence));
    }
    if (!defects.isEmpty())
        m_banner->show(BannerTone::Problem, tr("%1 has a defect.").arg(run), defects.join("\n"));
    else if (news.result.summary.outcome == RunOutcome::WorkerLost)
        m_banner->show(BannerTone::Problem, tr("%1 lost a worker.").arg(run),
                       tr("Its figures are those up to then; its events say what happened."));
    else if (news.result.saturation)
        m_banner->show(BannerTone::Note, tr("%1 has ended its search for saturation.").arg(run),
                       answerOf(*news.result.saturation));
}

void MainWindow::note(const RunFailed& news)
{
    m_actions->showLocking(std::nullopt);
    keep(news.result);
    m_banner->show(BannerTone::Problem, tr("%1 failed.").arg(m_runBar->progress().run()),
                   QString::fromStdString(news.failure.sentence()));
}

void MainWindow::note(const SeriesOver&)
{
    emit runOver();
    if (isRunning())
        return;
    m_hostBar->setObserving(false);
    showReadiness();
    emit seriesOver();
}

void MainWindow::keep(const RunResult& result)
{
    m_results.push_back(result);
    m_exports->noteResults();
    emit runOver();
}

} // namespace ipclab
