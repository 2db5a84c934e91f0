#pragma once

#include "gui/charts/chart_theme.h"

#include <QSyntaxHighlighter>

namespace ipclab {

/// Colours C++: comments, preprocessor lines, strings, numbers, keywords and calls of the kernel. A call of
/// the kernel is what stands behind a global qualifier, as in this project's sources.
class SourceHighlighter final : public QSyntaxHighlighter {
    Q_OBJECT

public:
    SourceHighlighter(QTextDocument* document, Theme theme);

    void setTheme(Theme theme);

protected:
    void highlightBlock(const QString& text) override;

private:
    enum BlockState { Code = 0, InComment = 1 };

    /// Colours a comment that goes on from the line before; where code begins again.
    qsizetype continueComment(const QString& text);
    void colour(qsizetype begin, qsizetype length, ColourRole role, bool isBold = false);

    Theme m_theme;
};

} // namespace ipclab
