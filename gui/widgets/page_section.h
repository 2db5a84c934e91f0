#pragma once

#include <QFrame>

class QLabel;
class QVBoxLayout;

namespace ipclab {

/// A part of a page under a heading, in a frame of its own.
class PageSection final : public QFrame {
    Q_OBJECT

public:
    PageSection(const QString& title, QWidget* parent);

    void add(QWidget* part, int stretch = 0);
    /// A line in muted colour, for what a reader should know of the part below.
    QLabel* addNote(const QString& text);

private:
    QVBoxLayout* m_layout;
};

} // namespace ipclab
