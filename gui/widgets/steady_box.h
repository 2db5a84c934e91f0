#pragma once

#include <QWidget>

namespace ipclab {

/// Stands between texts that change many times a second and the layouts above. A label asks for a new layout
/// at each new text, and that goes up to the window and has whole pages painted again; the box passes it on
/// only when what its content asks for has changed.
class SteadyBox final : public QWidget {
    Q_OBJECT

public:
    /// Takes the content over.
    SteadyBox(QWidget* content, QWidget* parent);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void follow();

    QWidget* m_content;
    QSize m_hint;
    QSize m_leastHint;
};

} // namespace ipclab
