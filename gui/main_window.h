#pragma once

#include "engine/run/run_result.h"
#include "engine/run/run_settings.h"
#include "gui/appearance.h"
#include "gui/experiment/experiment_document.h"
#include "gui/frame_pace.h"
#include "gui/run_news.h"

#include <QMainWindow>

#include <vector>

namespace ipclab {

class Banner;
class ExperimentPanel;
class ExportCommands;
class FileCommands;
class HostBar;
class LivePage;
class PageTabs;
class RunBar;
class RunThread;
class ViewControls;
class WindowActions;

/// The window: the experiment at the left, what its run does in the middle. Closing it during a run stops the
/// run; then its destructor waits until no worker is left. Remembers geometry, theme and last experiment in
/// QSettings.
class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    /// `settings` say how runs are made: where the worker program is.
    explicit MainWindow(RunSettings settings = {}, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// As if asked for in the menus; what is wrong is said in a dialog. True if it is open now.
    bool openFile(const QString& path);
    bool openPreset(const QString& id);

    /// Runs what the form shows, all its variants, unless something is wrong with it.
    void startRun();
    /// Runs these, one after the other, whatever the form shows.
    void startSurvey(const std::vector<Experiment>& experiments);
    void stopRun();
    bool isRunning() const;

    /// Of the present series, as far as its runs are over.
    const std::vector<RunResult>& results() const { return m_results; }

signals:
    /// A run has come to its end or gives way to another; more than once for some.
    void runOver();
    /// Nothing runs any more.
    void seriesOver();

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void createThread();
    void createPages();
    void createCommands();
    void createBars();
    void createLayout();
    void connectFiles();
    void connectView();
    void restoreSettings();
    void saveSettings() const;

    void showDocument();
    void showTitle();
    void showReadiness();
    void runPreset(const QString& id);
    void openCoreMap();
    void leaveZoomOrStop();
    void chooseWindow(int index);
    void chooseTheme(ThemeChoice choice);
    void setViewPaused(bool paused);

    void start(std::vector<Experiment> experiments);
    void takeNews();
    void note(const SampleTaken& news);
    void note(const DeadlockFound& news);
    void note(const RunFinished& news);
    void note(const RunFailed& news);
    void note(const SeriesOver& news);
    template <typename Other>
    void note(const Other&)
    {
    }
    void keep(const RunResult& result);

    RunSettings m_settings;
    ExperimentDocument m_document;
    std::vector<Preset> m_presets;
    std::vector<RunResult> m_results;
    FramePace m_frames;
    ThemeChoice m_theme = ThemeChoice::System;
    int m_window = 0; ///< of time, an index of ViewControls::windows()

    RunThread* m_thread = nullptr;
    PageTabs* m_pages = nullptr;
    LivePage* m_live = nullptr; ///< one of them
    ViewControls* m_viewControls = nullptr;
    ExperimentPanel* m_panel = nullptr;
    FileCommands* m_files = nullptr;
    ExportCommands* m_exports = nullptr;
    WindowActions* m_actions = nullptr;
    RunBar* m_runBar = nullptr;
    HostBar* m_hostBar = nullptr;
    Banner* m_banner = nullptr;
};

} // namespace ipclab
