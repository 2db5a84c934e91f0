#include "gui/widgets/view_controls.h"

#include "gui/appearance.h"
#include "gui/widgets/segmented_control.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QToolButton>

namespace ipclab {

namespace {

QStringList windowTitles()
{
    QStringList titles;
    for (const ViewControls::Window& window : ViewControls::windows())
        titles << window.title;
    return titles;
}

} // namespace

ViewControls::ViewControls(QWidget* parent)
    : QWidget(parent), m_windows(new SegmentedControl(windowTitles(), SegmentedControl::Look::Compact, this)),
      m_windowList(new QComboBox(this)), m_pause(new QToolButton(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 4, 10, 4);
    layout->setSpacing(8);
    m_pause->setObjectName("pauseView");
    m_pause->setCheckable(true);
    m_pause->setIconSize({12, 12});
    m_windows->setObjectName("window");
    m_windowList->addItems(windowTitles());
    m_windowList->setAccessibleName(tr("Window of time"));
    m_windowList->setProperty("compact", true);
    layout->addWidget(m_windows);
    layout->addWidget(m_windowList);
    layout->addWidget(m_pause);
    setLook(Look::Wide);
    setPaused(false);
    connect(m_windows, &SegmentedControl::chosen, this, &ViewControls::windowChosen);
    connect(m_windowList, &QComboBox::activated, this, &ViewControls::windowChosen);
    connect(m_pause, &QToolButton::clicked, this, &ViewControls::pauseToggled);
}

std::vector<ViewControls::Window> ViewControls::windows()
{
    return {{tr("5 s"), 5},    {tr("10 s"), 10},   {tr("30 s"), 30},
            {tr("1 min"), 60}, {tr("5 min"), 300}, {tr("Whole run"), std::nullopt}};
}

int ViewControls::indexOfWholeRun()
{
    return static_cast<int>(windows().size()) - 1;
}

void ViewControls::setWindow(int index)
{
    m_windows->setCurrent(index);
    m_windowList->setCurrentIndex(index);
}

void ViewControls::setPaused(bool paused)
{
    m_pause->setChecked(paused);
    m_pause->setIcon(icon(paused ? "play" : "pause", ColourRole::Text));
    m_pause->setText(paused ? tr("Resume view") : tr("Pause view"));
    m_pause->setToolTip(paused ? tr("Follow the run again (Ctrl+P)")
                               : tr("Hold the charts still; the run goes on (Ctrl+P)"));
}

void ViewControls::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        setPaused(m_pause->isChecked()); // its icon in the new colours
}

void ViewControls::fitInto(int width)
{
    setLook(Look::Wide);
    if (sizeHint().width() > width)
        setLook(Look::Narrow);
}

void ViewControls::setLook(Look look)
{
    m_windows->setVisible(look == Look::Wide);
    m_windowList->setVisible(look == Look::Narrow);
    m_pause->setToolButtonStyle(look == Look::Wide ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
}

} // namespace ipclab
