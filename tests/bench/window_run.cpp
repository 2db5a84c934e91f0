#include "tests/bench/window_run.h"

#include "gui/charts/live_chart.h"
#include "gui/widgets/view_controls.h"
#include "gui/window_actions.h"

#include <QAction>
#include <QEventLoop>
#include <QFile>
#include <QTimer>

#include <cmath>
#include <stdexcept>

#include <unistd.h>

namespace ipclab {

namespace {

RunSettings runSettings()
{
    return {.workerProgram = IPCLAB_BIN_DIR "/ipclab-worker", .sampleEvery = {}};
}

} // namespace

BenchedWindow::BenchedWindow() : m_window(runSettings())
{
    m_window.show();
    if (!QTest::qWaitForWindowExposed(&m_window))
        throw std::runtime_error("the window does not appear");
}

BenchedWindow::~BenchedWindow()
{
    stopAndWait();
}

void BenchedWindow::open(const Experiment& experiment)
{
    const QString file = writeExperiment(m_settings, QStringLiteral("bench.toml"), experiment);
    if (!m_window.openFile(file))
        throw std::runtime_error("the window does not open the experiment");
}

void BenchedWindow::clickRun()
{
    m_window.findChild<WindowActions*>()->run->trigger();
}

bool BenchedWindow::isRunning()
{
    return m_window.findChild<WindowActions*>()->stop->isEnabled();
}

void BenchedWindow::stopAndWait()
{
    m_window.stopRun();
    waitUntilOver(m_window);
}

RunResult BenchedWindow::waitForResult()
{
    if (!waitUntilOver(m_window) || m_window.results().size() != 1)
        throw std::runtime_error("the window's run did not come to its end");
    const RunResult result = m_window.results().front();
    if (result.summary.outcome != RunOutcome::Finished || !result.checksHold())
        throw std::runtime_error("the window's run failed");
    return result;
}

void BenchedWindow::chooseTime(std::optional<double> seconds)
{
    const std::vector<ViewControls::Window> windows = ViewControls::windows();
    for (std::size_t index = 0; index < windows.size(); ++index)
        if (windows[index].seconds == seconds)
            return emit m_window.findChild<WindowActions*>()->windowWanted(static_cast<int>(index));
    throw std::runtime_error("the window has no such window of time");
}

void letRun(std::chrono::milliseconds length)
{
    QEventLoop loop;
    QTimer::singleShot(length, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

bool showsFirstPoint(const LiveChart& chart)
{
    for (double seconds = 0; seconds < 2; seconds += 0.02)
        if (!std::isnan(chart.readingAt(seconds).values.front()))
            return true;
    return false;
}

double residentMegabytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return std::nan("");
    return file.readAll().split(' ').value(1).toDouble() * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

void chooseDisplay()
{
    if (!qEnvironmentVariableIsSet("DISPLAY") && !qEnvironmentVariableIsSet("WAYLAND_DISPLAY") &&
        !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
}

} // namespace ipclab
