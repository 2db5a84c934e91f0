#pragma once

#include "engine/experiment/fault.h"
#include "engine/run/processes/wait_graph.h"

#include <QDialog>

namespace ipclab {

/// Shows a deadlock: who waits for whom, in a picture and in words, and offers to break it. Does not stop
/// anything else in the window.
class DeadlockDialog final : public QDialog {
    Q_OBJECT

public:
    explicit DeadlockDialog(const WaitGraph& graph, QWidget* parent = nullptr);

signals:
    /// One of them is to be killed, so that the others find out.
    void faultWanted(const ipclab::Fault& fault);
};

} // namespace ipclab
