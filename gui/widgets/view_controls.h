#pragma once

#include <QWidget>

#include <optional>
#include <vector>

class QToolButton;

namespace ipclab {

class SegmentedControl;

/// How the live charts are looked at: which stretch of time, moving or standing still.
class ViewControls final : public QWidget {
    Q_OBJECT

public:
    explicit ViewControls(QWidget* parent = nullptr);

    struct Window {
        QString title;
        std::optional<double> seconds; ///< nothing = the whole run
    };
    /// What can be chosen, in order.
    static std::vector<Window> windows();
    static int indexOfWholeRun();

    void setWindow(int index);
    void setPaused(bool paused);

signals:
    void windowChosen(int index);
    void pauseToggled(bool paused);

private:
    SegmentedControl* m_windows;
    QToolButton* m_pause;
};

} // namespace ipclab
