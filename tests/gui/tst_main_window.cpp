#include "gui/appearance.h"
#include "gui/charts/live_chart.h"
#include "gui/models/event_model.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/chart_board.h"
#include "gui/widgets/fault_bar.h"
#include "gui/widgets/run_progress.h"
#include "gui/widgets/stat_tile.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/run_fixture.h"

#include <QAction>
#include <QFile>
#include <QImage>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

#include <signal.h>

#include <algorithm>
#include <cmath>

using namespace ipclab;

namespace {

Experiment longExperiment()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.duration = std::chrono::minutes(5);
    return experiment;
}

LiveChart* chartNamed(const MainWindow& window, const QString& id)
{
    for (LiveChart* chart : window.findChild<ChartBoard*>()->charts()) {
        if (chart->face().id == id)
            return chart;
    }
    return nullptr;
}

/// In the first two seconds of a run.
bool showsData(const LiveChart& chart)
{
    for (double seconds = 0; seconds < 2; seconds += 0.02) {
        if (!std::isnan(chart.readingAt(seconds).values.front()))
            return true;
    }
    return false;
}

/// Whether an event says this.
bool logHolds(const MainWindow& window, const QString& words)
{
    const auto* events = window.findChild<EventModel*>();
    for (int row = 0; row < events->rowCount(); ++row)
        if (events->index(row, EventModel::Text).data().toString().contains(words))
            return true;
    return false;
}

/// Of all buttons that have one.
QList<QImage> iconsOf(const MainWindow& window)
{
    QList<QImage> images;
    for (const QToolButton* button : window.findChildren<QToolButton*>())
        if (!button->icon().isNull())
            images << button->icon().pixmap(16).toImage();
    return images;
}

/// Counts how often a widget is painted.
class PaintCount final : public QObject {
public:
    explicit PaintCount(QWidget* widget) { widget->installEventFilter(this); }

    int count() const { return m_count; }

protected:
    bool eventFilter(QObject*, QEvent* event) override
    {
        m_count += event->type() == QEvent::Paint ? 1 : 0;
        return false;
    }

private:
    int m_count = 0;
};

/// Zombies are gone too: their parent has reaped them.
bool isGone(int pid)
{
    return !QFile::exists(QStringLiteral("/proc/%1").arg(pid));
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void chartsHoldWhatTheRunMeasured();
    void stopEndsTheRunEarly();
    void faultButtonsActOnTheChosenProcess();
    void closingDuringARunLeavesNothing();
    void closingAsksAboutUnsavedChanges();
    void whatWasDiscardedDoesNotComeBack();
    void anUntouchedExperimentIsNothingToAskAbout();
    void everyIconFollowsTheTheme();
    void wrongInputForbidsTheRun();
    void savesAndOpensTheSameExperiment();
    void aBadFileIsExplainedAndChangesNothing();
    void aFailedRunIsExplainedInABanner();
    void pausedChartsStandStillWhileTheRunGoesOn();
    void newFiguresPaintOnlyThemselves();
    void lockIsSwitchedByItsButton();
    void killingTheWindowLeavesNoWorker();

private:
    std::unique_ptr<FreshSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestMainWindow::init()
{
    m_settings = std::make_unique<FreshSettings>();
    m_window = std::make_unique<MainWindow>(testSettings());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void TestMainWindow::cleanup()
{
    m_window.reset();
}

void TestMainWindow::chartsHoldWhatTheRunMeasured()
{
    m_window->openFile(writeExperiment(*m_settings, "short.toml", shortExperiment("pipe")));
    QTest::keyClick(m_window.get(), Qt::Key_F5);
    QVERIFY(m_window->isRunning());
    QVERIFY(waitUntilOver(*m_window));
    QCOMPARE(m_window->results().size(), std::size_t(1));
    const RunResult& result = m_window->results().front();
    QCOMPARE(result.summary.outcome, RunOutcome::Finished);
    for (const QString id :
         {"throughput", "response_time", "service_time", "time_sender", "time_receiver", "fill"})
        QVERIFY2(chartNamed(*m_window, id) && showsData(*chartNamed(*m_window, id)), qPrintable(id));

    const SeriesPoint& point = result.series[result.series.size() / 2];
    const double seconds = std::chrono::duration<double>(point.at).count();
    const double shown = chartNamed(*m_window, "throughput")->readingAt(seconds).values.front();
    double least = point.receivedPerSecond();
    double most = least;
    for (const SeriesPoint& other : result.series) {
        least = std::min(least, other.receivedPerSecond());
        most = std::max(most, other.receivedPerSecond());
    }
    const double rounding = most * 1e-6; // a chart's buckets hold floats
    QVERIFY2(shown >= least - rounding && shown <= most + rounding,
             qPrintable(QString("%1, not from %2 to %3").arg(shown).arg(least).arg(most)));
}

void TestMainWindow::stopEndsTheRunEarly()
{
    m_window->openFile(writeExperiment(*m_settings, "long.toml", longExperiment()));
    m_window->startRun();
    QTRY_VERIFY_WITH_TIMEOUT(showsData(*chartNamed(*m_window, "throughput")), 30'000);
    QTest::keyClick(m_window.get(), Qt::Key_F5, Qt::ShiftModifier);
    QVERIFY(waitUntilOver(*m_window));
    QCOMPARE(m_window->results().front().summary.outcome, RunOutcome::Stopped);
    QVERIFY(chartNamed(*m_window, "throughput")->visibleTime().to < 60); // not as long as was planned
}

void TestMainWindow::faultButtonsActOnTheChosenProcess()
{
    m_window->openFile(writeExperiment(*m_settings, "long.toml", longExperiment()));
    m_window->startRun();
    QTRY_VERIFY_WITH_TIMEOUT(showsData(*chartNamed(*m_window, "throughput")), 30'000);
    auto* bar = m_window->findChild<FaultBar*>();
    const auto button = [bar](const char* id) { return bar->findChild<QPushButton*>(id); };
    QVERIFY(button("stop")->isEnabled()); // the receiver is chosen at the start
    button("stop")->click();
    QTRY_VERIFY_WITH_TIMEOUT(logHolds(*m_window, "The receiver is stopped (state T)"), 30'000);
    button("continue")->click();
    QTRY_VERIFY_WITH_TIMEOUT(logHolds(*m_window, "The receiver goes on"), 30'000);
    QCOMPARE(bar->menu().actions().size(), static_cast<qsizetype>(allFaultKinds().size()));
    m_window->stopRun();
    QVERIFY(waitUntilOver(*m_window));
    QVERIFY(!button("stop")->isEnabled());
    QCOMPARE(m_window->results().front().faults.size(), std::size_t{2});
}

void TestMainWindow::closingDuringARunLeavesNothing()
{
    const Belongings before = belongings();
    m_window->openFile(writeExperiment(*m_settings, "long.toml", longExperiment()));
    m_window->startRun();
    QTRY_VERIFY_WITH_TIMEOUT(showsData(*chartNamed(*m_window, "throughput")), 30'000);
    QVERIFY(!childrenOf(QCoreApplication::applicationPid()).isEmpty());
    QVERIFY(m_window->close());
    m_window.reset();
    QVERIFY(childrenOf(QCoreApplication::applicationPid()).isEmpty());
    QCOMPARE(belongings().privateFiles, before.privateFiles);
}

void TestMainWindow::closingAsksAboutUnsavedChanges()
{
    auto* size = qobject_cast<QLineEdit*>(inputOf(*m_window, "message.size"));
    size->selectAll();
    QTest::keyClicks(size, "100");
    QVERIFY(m_window->isWindowModified());
    DialogAnswer cancel("Cancel");
    QVERIFY(!m_window->close());
    QVERIFY(cancel.text().contains("not saved"));
    DialogAnswer discard("Discard");
    QVERIFY(m_window->close());
}

void TestMainWindow::whatWasDiscardedDoesNotComeBack()
{
    QVERIFY(m_window->openFile(writeExperiment(*m_settings, "short.toml", shortExperiment("pipe"))));
    auto* size = qobject_cast<QLineEdit*>(inputOf(*m_window, "message.size"));
    const QString before = size->text();
    size->selectAll();
    QTest::keyClicks(size, "100");
    QVERIFY(m_window->isWindowModified());
    DialogAnswer discard("Discard");
    QVERIFY(m_window->close());
    MainWindow next(testSettings());
    QVERIFY(!next.isWindowModified());
    QVERIFY(next.windowTitle().contains("short.toml"));
    QCOMPARE(qobject_cast<QLineEdit*>(inputOf(next, "message.size"))->text(), before);
}

void TestMainWindow::anUntouchedExperimentIsNothingToAskAbout()
{
    QVERIFY(m_window->openPreset("pipe-socket-queue-ring"));
    QVERIFY(m_window->close());
    MainWindow next(testSettings());
    QVERIFY(!next.isWindowModified());
    QVERIFY(next.windowTitle().contains("Pipe, Unix socket"));
    QVERIFY(next.openPreset("slow-receiver"));
}

void TestMainWindow::everyIconFollowsTheTheme()
{
    applyTheme(ThemeChoice::Light);
    const QList<QImage> light = iconsOf(*m_window);
    applyTheme(ThemeChoice::Dark);
    const QList<QImage> followed = iconsOf(*m_window);
    QSettings().setValue("window/theme", "dark");
    const MainWindow fresh(testSettings());
    const QList<QImage> dark = iconsOf(fresh);
    QVERIFY(dark != light);
    QCOMPARE(followed.size(), dark.size());
    for (qsizetype index = 0; index < dark.size(); ++index)
        QVERIFY2(followed[index] == dark[index], qPrintable(QString::number(index)));
}

void TestMainWindow::wrongInputForbidsTheRun()
{
    QAction* run = actionNamed(*m_window, "Run");
    QVERIFY(run && run->isEnabled());
    auto* size = qobject_cast<QLineEdit*>(inputOf(*m_window, "message.size"));
    size->selectAll();
    QTest::keyClicks(size, "0");
    QVERIFY(!run->isEnabled());
    QVERIFY(!run->toolTip().isEmpty());
    m_window->startRun();
    QVERIFY(!m_window->isRunning());
    size->selectAll();
    QTest::keyClicks(size, "1 KiB");
    QVERIFY(run->isEnabled());
    DialogAnswer discard("Discard");
    m_window->close();
}

void TestMainWindow::savesAndOpensTheSameExperiment()
{
    Experiment experiment = shortExperiment("shm_ring");
    experiment.title = "Ring, “quoted”";
    experiment.messageSize = 777;
    const QString path = writeExperiment(*m_settings, "ring.toml", experiment);
    m_window->openFile(path);
    QVERIFY(m_window->windowTitle().contains("ring.toml"));
    actionNamed(*m_window, "Save experiment")->trigger();
    ExperimentDocument again;
    QVERIFY(again.open(path).isEmpty());
    QVERIFY(again.experiments().front() == completed(experiment));
}

void TestMainWindow::aBadFileIsExplainedAndChangesNothing()
{
    const QString before = m_window->windowTitle();
    QFile file(m_settings->path("bad.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("mechanism = \"pip\"\nduration = \"a year\"\n");
    file.close();
    for (const QString& path : {file.fileName(), m_settings->path("missing.toml"), m_settings->path(".")}) {
        DialogAnswer ok("OK");
        QVERIFY(!m_window->openFile(path));
        QVERIFY(ok.text().contains(path));
    }
    QCOMPARE(m_window->windowTitle(), before);
}

void TestMainWindow::aFailedRunIsExplainedInABanner()
{
    RunSettings settings;
    settings.workerProgram = "/nonexistent/ipclab-worker";
    MainWindow window(settings);
    window.show();
    window.startRun();
    QVERIFY(waitUntilOver(window));
    const auto* banner = window.findChild<Banner*>();
    QVERIFY(banner->isVisible());
    QVERIFY(banner->text().contains("/nonexistent/ipclab-worker"));
    QVERIFY(actionNamed(window, "Run")->isEnabled());
}

void TestMainWindow::pausedChartsStandStillWhileTheRunGoesOn()
{
    m_window->openFile(writeExperiment(*m_settings, "long.toml", longExperiment()));
    m_window->startRun();
    QTRY_VERIFY_WITH_TIMEOUT(showsData(*chartNamed(*m_window, "throughput")), 30'000);
    QAction* pause = actionNamed(*m_window, "Pause view");
    pause->setChecked(true);
    QVERIFY(chartNamed(*m_window, "throughput")->isPaused());
    QVERIFY(m_window->isRunning());
    pause->setChecked(false);
    QVERIFY(!chartNamed(*m_window, "throughput")->isPaused());
}

void TestMainWindow::newFiguresPaintOnlyThemselves()
{
    m_window->openFile(writeExperiment(*m_settings, "long.toml", longExperiment()));
    m_window->startRun();
    QTRY_VERIFY_WITH_TIMEOUT(showsData(*chartNamed(*m_window, "throughput")), 30'000);
    const PaintCount first(m_window->findChild<RunProgress*>());
    QTRY_VERIFY_WITH_TIMEOUT(first.count() >= 3, 30'000); // the charts of the run have found their places
    const PaintCount progress(m_window->findChild<RunProgress*>());
    const PaintCount tile(m_window->findChild<StatTile*>());
    const PaintCount tabs(m_window->findChild<QTabBar*>());
    QTRY_VERIFY_WITH_TIMEOUT(progress.count() >= 10 && tile.count() >= 4, 30'000);
    // Once in two seconds the status bar changes, and everything may be laid out anew.
    QVERIFY2(tabs.count() < progress.count() / 3,
             qPrintable(QString("the tabs were painted %1 times").arg(tabs.count())));
    m_window->stopRun();
    QVERIFY(waitUntilOver(*m_window));
}

void TestMainWindow::lockIsSwitchedByItsButton()
{
    auto* button = m_window->findChild<QToolButton*>("lockButton");
    QVERIFY(!button->isVisible());
    Experiment experiment = longExperiment();
    experiment.mechanism = "shared_memory";
    experiment.mechanismOptions.set("lock", "none");
    m_window->openFile(writeExperiment(*m_settings, "race.toml", experiment));
    m_window->startRun();
    QTRY_VERIFY_WITH_TIMEOUT(button->isVisible(), 30'000);
    QCOMPARE(button->text(), QString("Switch the lock on"));
    QVERIFY(chartNamed(*m_window, "races"));
    button->click();
    QTRY_COMPARE_WITH_TIMEOUT(button->text(), QString("Switch the lock off"), 30'000);
    m_window->stopRun();
    QVERIFY(waitUntilOver(*m_window));
    QVERIFY(!button->isVisible());
    const std::vector<LoggedEvent>& events = m_window->results().front().events;
    QCOMPARE(std::ranges::count(events, EventKind::Switched, &LoggedEvent::kind), 1);
    QVERIFY(!m_window->findChild<Banner*>()->isVisible());
}

void TestMainWindow::killingTheWindowLeavesNoWorker()
{
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_CONFIG_HOME", m_settings->path("config"));
    program.setProcessEnvironment(environment);
    program.start(IPCLAB_BIN_DIR "/ipclab", {"--preset", "slow-receiver"});
    QVERIFY(program.waitForStarted());
    QList<int> workers;
    QTRY_VERIFY_WITH_TIMEOUT((workers = childrenOf(program.processId())).size() >= 2, 30'000);
    program.kill();
    QVERIFY(program.waitForFinished());
    for (const int worker : workers)
        QTRY_VERIFY_WITH_TIMEOUT(isGone(worker), 2'000);
}

QTEST_MAIN(TestMainWindow)
#include "tst_main_window.moc"
