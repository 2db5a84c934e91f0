#include "gui/widgets/steady_box.h"

#include <QEvent>

namespace ipclab {

SteadyBox::SteadyBox(QWidget* content, QWidget* parent) : QWidget(parent), m_content(content)
{
    m_content->setParent(this);
    setSizePolicy(m_content->sizePolicy());
    follow();
}

QSize SteadyBox::sizeHint() const
{
    return m_hint;
}

QSize SteadyBox::minimumSizeHint() const
{
    return m_leastHint;
}

bool SteadyBox::event(QEvent* event)
{
    // Its fonts are set when it is shown, without a request.
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Show)
        follow();
    return QWidget::event(event);
}

void SteadyBox::resizeEvent(QResizeEvent*)
{
    m_content->setGeometry(rect());
}

void SteadyBox::follow()
{
    const QSize hint = m_content->sizeHint();
    const QSize leastHint = m_content->minimumSizeHint();
    if (hint == m_hint && leastHint == m_leastHint)
        return;
    m_hint = hint;
    m_leastHint = leastHint;
    updateGeometry();
}

} // namespace ipclab
