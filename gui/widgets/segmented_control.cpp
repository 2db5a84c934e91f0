#include "gui/widgets/segmented_control.h"

#include <QButtonGroup>
#include <QFontMetrics>
#include <QHBoxLayout>
#include <QToolButton>

namespace ipclab {

namespace {

constexpr int paddingOfSegment = 18;

} // namespace

SegmentedControl::SegmentedControl(const QStringList& titles, Look look, QWidget* parent)
    : QWidget(parent), m_buttons(new QButtonGroup(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    for (int i = 0; i < titles.size(); ++i) {
        auto* button = new QToolButton(this);
        button->setText(titles[i]);
        button->setAccessibleName(titles[i]);
        button->setCheckable(true);
        button->setSizePolicy(look == Look::Spread ? QSizePolicy::Expanding : QSizePolicy::Fixed,
                              QSizePolicy::Fixed);
        button->setProperty("compact", look == Look::Compact);
        button->setProperty("segment", i == 0 ? "first" : i + 1 == titles.size() ? "last" : "middle");
        m_buttons->addButton(button, i);
        layout->addWidget(button);
        if (i == 0)
            setFocusProxy(button);
    }
    connect(m_buttons, &QButtonGroup::idClicked, this, &SegmentedControl::chosen);
}

void SegmentedControl::setToolTips(const QStringList& toolTips)
{
    for (int i = 0; i < toolTips.size(); ++i)
        m_buttons->button(i)->setToolTip(toolTips[i]);
}

void SegmentedControl::setEnabledAt(int index, bool enabled)
{
    m_buttons->button(index)->setEnabled(enabled);
}

int SegmentedControl::current() const
{
    return m_buttons->checkedId();
}

void SegmentedControl::setCurrent(int index)
{
    if (QAbstractButton* button = m_buttons->button(index)) {
        button->setChecked(true);
        return;
    }
    m_buttons->setExclusive(false);
    if (QAbstractButton* button = m_buttons->checkedButton())
        button->setChecked(false);
    m_buttons->setExclusive(true);
}

int SegmentedControl::widthFor(const QStringList& titles, const QFontMetrics& metrics)
{
    int widest = 0;
    for (const QString& title : titles)
        widest = qMax(widest, metrics.horizontalAdvance(title));
    return static_cast<int>(titles.size()) * (widest + paddingOfSegment);
}

} // namespace ipclab
