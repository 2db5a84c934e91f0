#include "gui/widgets/fault_bar.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>

#include <array>

namespace ipclab {

namespace {

/// With the mouse a worker is slowed down by so much for so long; a file can say otherwise.
constexpr Nanoseconds usualSlowness = std::chrono::milliseconds(1);
constexpr Nanoseconds usualSlowTime = std::chrono::seconds(5);
/// A lock is held and left out for so long.
constexpr Nanoseconds usualLockTime = std::chrono::seconds(2);

constexpr std::array usualKinds{FaultKind::Stop, FaultKind::Continue, FaultKind::Slow, FaultKind::Kill};

QString text(std::string_view words)
{
    return FaultBar::tr(std::string(words).c_str());
}

QString helpOf(FaultKind kind)
{
    QString help = text(infoOf(kind).help);
    if (kind == FaultKind::Slow)
        help += FaultBar::tr(" Here: 1 ms per message, for 5 s.");
    if (kind == FaultKind::HoldLock || kind == FaultKind::RemoveLock)
        help += FaultBar::tr(" Here: for 2 s.");
    return help;
}

/// As a sentence.
QString refusalOf(std::string_view clause)
{
    const QString words = text(clause);
    return words.left(1).toUpper() + words.mid(1) + u'.';
}

} // namespace

FaultBar::FaultBar(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    for (const FaultKind kind : usualKinds)
        addButton(kind);
    for (const FaultKindInfo& info : allFaultKinds()) {
        QAction* action = m_menu.addAction(text(info.title));
        action->setToolTip(helpOf(info.kind));
        m_actions[info.kind] = action;
        connect(action, &QAction::triggered, this, [this, kind = info.kind] { want(kind); });
    }
    m_menu.setToolTipsVisible(true);
    auto* more = new QToolButton(this);
    more->setText(tr("More"));
    more->setPopupMode(QToolButton::InstantPopup);
    more->setProperty("compact", true);
    more->setIconSize({12, 12}); // as low as the buttons
    more->setAccessibleName(tr("More faults"));
    more->setMenu(&m_menu);
    layout->addWidget(more);
    m_buttons.push_back(more);
    setTarget({});
}

void FaultBar::addButton(FaultKind kind)
{
    auto* button = new QPushButton(text(infoOf(kind).title), this);
    button->setObjectName(
        QLatin1StringView(infoOf(kind).id.data(), static_cast<qsizetype>(infoOf(kind).id.size())));
    button->setToolTip(helpOf(kind));
    button->setProperty("compact", true);
    connect(button, &QPushButton::clicked, this, [this, kind] { want(kind); });
    layout()->addWidget(button);
    m_buttons.push_back(button);
}

void FaultBar::setMechanism(const Traits& traits)
{
    for (const auto& [kind, action] : m_actions) {
        const std::string_view obstacle = obstacleTo(kind, traits);
        action->setEnabled(obstacle.empty());
        action->setToolTip(obstacle.empty() ? helpOf(kind) : refusalOf(obstacle));
    }
}

void FaultBar::setTarget(const QString& role)
{
    m_target = role;
    for (QWidget* button : m_buttons)
        button->setEnabled(!role.isEmpty());
    setToolTip(role.isEmpty() ? tr("Choose a process of a run that goes on.")
                              : tr("Acts on the %1.").arg(role));
}

void FaultBar::want(FaultKind kind)
{
    if (m_target.isEmpty())
        return;
    Fault fault{.kind = kind, .target = infoOf(kind).hasTarget ? m_target.toStdString() : std::string()};
    if (kind == FaultKind::HoldLock || kind == FaultKind::RemoveLock)
        fault.length = usualLockTime;
    if (kind == FaultKind::Slow) {
        fault.workPerMessage = usualSlowness;
        fault.length = usualSlowTime;
    }
    emit faultWanted(fault);
}

} // namespace ipclab
