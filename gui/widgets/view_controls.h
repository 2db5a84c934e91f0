#pragma once

#include <QWidget>

#include <optional>
#include <vector>

class QComboBox;
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
    /// Takes less room where there is no more than so many pixels.
    void fitInto(int width);

signals:
    void windowChosen(int index);
    void pauseToggled(bool paused);

protected:
    void changeEvent(QEvent* event) override;

private:
    enum class Look { Wide, Narrow };
    void setLook(Look look);

    SegmentedControl* m_windows;
    QComboBox* m_windowList; ///< the same in less room
    QToolButton* m_pause;
};

} // namespace ipclab
