#pragma once

#include "engine/run/processes/process_inspector.h"
#include "engine/run/run_event.h"

#include <QFrame>

#include <vector>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QTabWidget;

namespace ipclab {

class Sparkline;
class TextTableView;

/// One worker from outside and inside: what it does, what it waits for, what it has open. A choice above says
/// which one.
class ProcessCard final : public QFrame {
    Q_OBJECT

public:
    explicit ProcessCard(const QString& name, QWidget* parent = nullptr);

    /// The workers of the present run, in its order; the same row stays chosen as long as there is one.
    void setWorkers(const std::vector<WorkerStatus>& workers);
    /// The same workers, of which some are new processes by now.
    void renewPids(const std::vector<WorkerStatus>& workers);
    void choose(int row);
    int chosen() const;
    /// 0 where there is none.
    int pid() const { return m_status.pid; }

    /// What the run says of the chosen worker.
    void show(const WorkerStatus& status);
    void show(const Inspection& inspection);
    /// The run is over and the process with it; what was seen last stays to be read.
    void showEnd();

signals:
    void chosenChanged();

private:
    QWidget* createCharts();
    QWidget* createTables();
    void clear();
    void clearTables();

    WorkerStatus m_status;
    Inspection m_inspection;
    QComboBox* m_choice;
    TextTableView* m_activity;
    Sparkline* m_processor = nullptr;
    Sparkline* m_switches = nullptr;
    Sparkline* m_memory = nullptr;
    QLabel* m_unseen = nullptr;
    QTabWidget* m_tables = nullptr;
    TextTableView* m_descriptors = nullptr;
    TextTableView* m_mappings = nullptr;
    TextTableView* m_limits = nullptr;
    QPlainTextEdit* m_standardError = nullptr;
};

} // namespace ipclab
