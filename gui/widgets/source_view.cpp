#include "gui/widgets/source_view.h"

#include "gui/source_highlighter.h"

#include <QEvent>
#include <QFontDatabase>

namespace ipclab {

SourceView::SourceView(QWidget* parent)
    : QPlainTextEdit(parent), m_highlighter(new SourceHighlighter(document(), Theme::fromPalette(palette())))
{
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setLineWrapMode(NoWrap);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setTabStopDistance(4 * fontMetrics().horizontalAdvance(' '));
    setFrameShape(NoFrame);
}

void SourceView::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_highlighter->setTheme(Theme::fromPalette(palette()));
}

} // namespace ipclab
