#pragma once

#include "engine/run/host.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;

namespace ipclab {

/// The status bar's content: the machine, what its few cores mean for the figures, and what observing costs.
class HostBar final : public QWidget {
    Q_OBJECT

public:
    explicit HostBar(const Host& host, QWidget* parent = nullptr);

    /// While a run goes on the program's own processor time is shown, over the last two seconds.
    void setObserving(bool observing);

    /// Shows a sentence for a few seconds in place of the machine.
    void say(const QString& sentence);

private:
    void measure();

    QString m_machine;
    QLabel* m_facts;
    QLabel* m_observer;
    QTimer m_interval;
    QTimer m_saying;
    QElapsedTimer m_since;
    double m_cpuBefore = 0; ///< seconds
};

} // namespace ipclab
