#pragma once

#include <QFrame>

class QAction;
class QMenu;
class QToolButton;

namespace ipclab {

class RunProgress;

/// The row of buttons at the head of the window, with the run's progress.
class RunBar final : public QFrame {
    Q_OBJECT

public:
    struct Commands {
        QAction* run;
        QAction* stop;
        QAction* lock; ///< its button is there while the action is visible
        QMenu* presets;
        QMenu* exports;
    };
    explicit RunBar(const Commands& commands, QWidget* parent = nullptr);

    RunProgress& progress() const { return *m_progress; }

protected:
    void changeEvent(QEvent* event) override;

private:
    QToolButton* addMenuButton(const QString& text, QMenu* menu);
    QToolButton* addActionButton(const char* name, QAction* action);
    QToolButton* addLockButton();
    void showIcons();

    Commands m_commands;
    RunProgress* m_progress;
    QToolButton* m_presets = nullptr;
    QToolButton* m_exports = nullptr;
};

} // namespace ipclab
