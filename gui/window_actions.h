#pragma once

#include "engine/experiment/experiment_file.h"
#include "engine/mechanisms/mechanism.h"
#include "gui/appearance.h"

#include <QObject>

#include <optional>
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
    QAction* lock = nullptr; ///< switches it off or on; see showLocking()
    QAction* coreMap = nullptr;
    QAction* escape = nullptr; ///< leaves a zoom, else stops
    QAction* pauseView = nullptr;
    QMenu* presets = nullptr;

    /// Of the present run: only a lock that can be switched shows its action.
    void showLocking(std::optional<Locking> locking);
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
    void lockingWanted(ipclab::Locking locking);
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
    Locking m_locking = Locking::On; ///< of the present run
};

} // namespace ipclab
