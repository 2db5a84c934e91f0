#include "gui/widgets/stat_tile.h"

#include "gui/widgets/elided_label.h"

#include <QStyle>
#include <QVBoxLayout>

namespace ipclab {

namespace {

QLabel* makeLabel(const char* name, QWidget* parent)
{
    auto* label = new ElidedLabel(parent);
    label->setObjectName(name);
    label->setMinimumWidth(0);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    return label;
}

const char* toneName(Tone tone)
{
    switch (tone) {
    case Tone::Good:
        return "good";
    case Tone::Bad:
        return "bad";
    default:
        return "plain";
    }
}

} // namespace

StatTile::StatTile(QWidget* parent)
    : QFrame(parent), m_caption(makeLabel("tileCaption", this)), m_value(makeLabel("tileValue", this)),
      m_detail(makeLabel("tileDetail", this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 7, 12, 7);
    layout->setSpacing(1);
    for (QLabel* label : {m_caption, m_value, m_detail})
        layout->addWidget(label);
    m_value->setTextInteractionFlags(Qt::TextSelectableByMouse);
}

void StatTile::show(const TileText& text)
{
    if (text == m_text)
        return;
    const bool toneChanged = text.tone != m_text.tone;
    m_text = text;
    m_caption->setText(text.caption);
    m_value->setText(text.value);
    m_detail->setText(text.detail);
    setToolTip(text.help.isEmpty() ? text.detail : text.help);
    setAccessibleName(text.caption);
    setAccessibleDescription(text.value + ", " + text.detail);
    if (!toneChanged)
        return;
    m_value->setProperty("tone", toneName(text.tone));
    m_value->style()->unpolish(m_value);
    m_value->style()->polish(m_value);
}

} // namespace ipclab
