#pragma once

#include <QPlainTextEdit>

namespace ipclab {

class SourceHighlighter;

/// A C++ source to read and copy, in the colours of the present theme.
class SourceView final : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit SourceView(QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    SourceHighlighter* m_highlighter;
};

} // namespace ipclab
