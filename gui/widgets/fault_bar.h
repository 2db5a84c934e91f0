#pragma once

#include "engine/experiment/fault.h"
#include "engine/mechanisms/traits.h"

#include <QMenu>
#include <QWidget>

#include <map>
#include <vector>

namespace ipclab {

/// What can be done to a worker on purpose: buttons for the usual faults, and a menu with all of them. Only
/// asks for it.
class FaultBar final : public QWidget {
    Q_OBJECT

public:
    explicit FaultBar(QWidget* parent = nullptr);

    /// The mechanism that the run is about: what cannot be done to it is disabled, and says why.
    void setMechanism(const Traits& traits);

    /// The worker that is meant, by its role; an empty one disables everything.
    void setTarget(const QString& role);

    /// All faults, for a context menu.
    QMenu& menu() { return m_menu; }

signals:
    void faultWanted(const ipclab::Fault& fault);

private:
    void addButton(FaultKind kind);
    void want(FaultKind kind);

    QString m_target;
    QMenu m_menu;
    std::vector<QWidget*> m_buttons;
    std::map<FaultKind, QAction*> m_actions;
};

} // namespace ipclab
