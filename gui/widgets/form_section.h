#pragma once

#include <QWidget>

class QToolButton;
class QVBoxLayout;

namespace ipclab {

/// A part of a form under a heading.
class FormSection final : public QWidget {
    Q_OBJECT

public:
    enum class Folding { Fixed, FoldedAtFirst };

    FormSection(const QString& title, Folding folding, QWidget* parent);

    void add(QWidget* part);

    /// Shows what is in it, when it can be folded.
    void unfold();

private:
    void fold(Qt::ArrowType arrow);

    QVBoxLayout* m_content;
    QWidget* m_body;
    QToolButton* m_toggle = nullptr;
};

} // namespace ipclab
