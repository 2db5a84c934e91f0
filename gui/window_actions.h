#pragma once

#include "engine/experiment/experiment_file.h"
#include "gui/appearance.h"

#include <QObject>

#include <vector>

class QAction;
class QActionGroup;
class QMainWindow;
class QMenu;
class QMenuBar;

namespace ipclab {

/// Everything that can be asked of the window, as actions in menus. Says what was asked; the window does it.
class WindowActions final : public QObject {
    Q_OBJECT

public:
    WindowActions(QMainWindow& window, const std::vector<Preset>& presets, QMenu* exportMenu);

    QAction* run = nullptr;
    QAction* stop = nullptr;
    QAction* escape = nullptr; ///< leaves a zoom, else stops
    QAction* pauseView = nullptr;
    QMenu* presets = nullptr;

    void setWindowChecked(int index);
    void setThemeChecked(ThemeChoice choice);

signals:
    void newWanted();
    void openWanted();
    void saveWanted();
    void saveAsWanted();
    void presetWanted(const QString& id);
    void windowWanted(int index);
    void themeWanted(ipclab::ThemeChoice choice);
    void resetZoomWanted();

private:
    void createFileMenu(QMenuBar& bar, QMenu* exportMenu);
    void createRunMenu(QMenuBar& bar);
    void createViewMenu(QMenuBar& bar);
    void createHelpMenu(QMenuBar& bar);
    void createPresets(const std::vector<Preset>& list);

    QMainWindow& m_window;
    QActionGroup* m_windows = nullptr;
    QActionGroup* m_themes = nullptr;
};

} // namespace ipclab
