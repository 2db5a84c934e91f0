#pragma once

#include "gui/main_window.h"
#include "tests/gui/window_fixture.h"

#include <optional>

namespace ipclab {

class LiveChart;

/// The program's window for benchmarks: shown, with the settings of a first start, running what it is told.
class BenchedWindow final {
public:
    BenchedWindow();
    /// Stops what runs and waits for its end.
    ~BenchedWindow();

    MainWindow& window() { return m_window; }

    /// Opens the experiment as from a file; nothing starts.
    void open(const Experiment& experiment);
    /// Triggers the window's Run action, as its button does. Returns at once.
    void clickRun();
    bool isRunning();
    void stopAndWait();
    /// The result of the run that goes on. Throws std::runtime_error if it failed.
    RunResult waitForResult();

    /// What the live charts show; nothing is the whole run.
    void chooseTime(std::optional<double> seconds);

private:
    FreshSettings m_settings;
    MainWindow m_window;
};

/// Lets the event loop run so long.
void letRun(std::chrono::milliseconds length);

/// Some message has arrived in the charts: the throughput has a value in the first seconds of the run.
bool showsFirstPoint(const LiveChart& chart);

/// What this process holds in memory, in megabytes.
double residentMegabytes();

/// A QApplication needs one of these: without a display, Qt draws into memory.
void chooseDisplay();

} // namespace ipclab
