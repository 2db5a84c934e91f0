#include "gui/widgets/run_bar.h"

#include "gui/appearance.h"
#include "gui/widgets/run_progress.h"
#include "gui/widgets/steady_box.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

namespace ipclab {

RunBar::RunBar(const Commands& commands, QWidget* parent)
    : QFrame(parent), m_commands(commands), m_progress(new RunProgress(this))
{
    setObjectName("runBar");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(8);
    layout->addWidget(addActionButton("runButton", commands.run));
    layout->addWidget(addActionButton("stopButton", commands.stop));
    layout->addWidget(addLockButton());
    layout->addSpacing(12);
    m_presets = addMenuButton(tr("Presets"), commands.presets);
    layout->addWidget(m_presets);
    layout->addWidget(new SteadyBox(m_progress, this), 1);
    m_exports = addMenuButton(tr("Export"), commands.exports);
    layout->addWidget(m_exports);
    showIcons();
}

void RunBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_exports)
        showIcons();
}

QToolButton* RunBar::addMenuButton(const QString& text, QMenu* menu)
{
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setAccessibleName(text);
    button->setMenu(menu);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    return button;
}

QToolButton* RunBar::addActionButton(const char* name, QAction* action)
{
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setDefaultAction(action);
    button->setAccessibleName(action->iconText());
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    return button;
}

QToolButton* RunBar::addLockButton()
{
    QAction* lock = m_commands.lock;
    QToolButton* button = addActionButton("lockButton", lock);
    const auto follow = [button, lock] { button->setVisible(lock->isVisible()); };
    connect(lock, &QAction::changed, button, follow);
    follow();
    return button;
}

void RunBar::showIcons()
{
    m_commands.run->setIcon(icon("play", ColourRole::Card));
    m_commands.run->setIconVisibleInMenu(false);
    m_commands.stop->setIcon(icon("stop", ColourRole::Text));
    m_commands.stop->setIconVisibleInMenu(false);
    m_presets->setIcon(icon("presets", ColourRole::Text));
    m_exports->setIcon(icon("export", ColourRole::Text));
}

} // namespace ipclab
