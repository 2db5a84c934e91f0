#include "gui/widgets/banner.h"

#include "gui/appearance.h"
#include "gui/widgets/elided_label.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>

namespace ipclab {

namespace {

/// By so much its first line is lower than the button at the end of that line is high.
constexpr int textBelowButton = 4;

} // namespace

Banner::Banner(QWidget* parent)
    : QFrame(parent), m_headline(new ElidedLabel(this)), m_text(new QLabel(this)),
      m_close(new QToolButton(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 7, 7, 7);
    layout->setSpacing(10);
    m_headline->setObjectName("bannerHeadline");
    m_headline->setTextFormat(Qt::PlainText);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    for (QLabel* label : {m_headline, m_text}) {
        label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        label->setContentsMargins(0, textBelowButton, 0, 0);
    }
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    showIcon();
    m_close->setAutoRaise(true);
    m_close->setAccessibleName(tr("Close this message"));
    m_close->setToolTip(tr("Close this message"));
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    layout->addWidget(m_headline, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_close, 0, Qt::AlignTop);
    hide();
}

void Banner::show(BannerTone tone, const QString& headline, const QString& text)
{
    m_headline->setText(headline);
    m_text->setText(text);
    setAccessibleName(headline + " " + text);
    setProperty("tone", tone == BannerTone::Problem ? "problem" : "note");
    style()->unpolish(this);
    style()->polish(this);
    setVisible(true);
}

QString Banner::text() const
{
    return m_text->text();
}

void Banner::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        showIcon();
}

void Banner::showIcon()
{
    m_close->setIcon(icon("close", ColourRole::MutedText));
}

} // namespace ipclab
