#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace ipclab {

/// Says when to draw what has come: at once, but not more than some thirty times a second. It has no clock of
/// its own that would wake the window while nothing comes, or a second time for each thing that does.
class FramePace final : public QObject {
    Q_OBJECT

public:
    explicit FramePace(QObject* parent = nullptr);

    /// There is something new to be drawn.
    void ask();

signals:
    void due();

private:
    void draw();

    QTimer m_next; ///< for what has come too soon after the last frame
    QElapsedTimer m_sinceLast;
};

} // namespace ipclab
