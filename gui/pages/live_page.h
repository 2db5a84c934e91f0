#pragma once

#include "gui/models/live_figures.h"
#include "gui/run_news.h"

#include <QElapsedTimer>
#include <QWidget>

#include <array>

class QAbstractItemModel;
class QTableView;

namespace ipclab {

class ChartBoard;
class EventModel;
class FaultBar;
class ProcessModel;
class StatTile;

/// What a run looks like while it goes on, and afterwards: figures, charts, processes and events.
class LivePage final : public QWidget {
    Q_OBJECT

public:
    explicit LivePage(QWidget* parent = nullptr);

    /// Takes in what happened; nothing is repainted before refresh().
    void take(const RunNews& news);
    void refresh();

    ChartBoard& charts() const { return *m_charts; }

signals:
    /// The user wants to look at that worker of the run, by its place among them.
    void workerChosen(int row);
    void faultWanted(const ipclab::Fault& fault);

private:
    QWidget* createTiles();
    QWidget* createRunDetails();
    QWidget* createProcesses();
    QWidget* createEvents();
    QTableView* createTable(QAbstractItemModel* model, const QString& name);
    void fitProcessColumns(int width);

    void on(const RunBegan& news);
    void on(const WorkersStarted& news);
    void on(const SampleTaken& news);
    void on(const Happened& news);
    void on(const RunFinished& news);
    void on(const RunFailed& news);
    void on(const WorkersJoined&) {}
    void on(const DeadlockFound&) {} // its sentence comes as an event
    void on(const SeriesOver&) {}
    void showFigures();
    void aimFaults();
    void showFaultMenu(const QPoint& place);

    Experiment m_experiment;
    LiveFigures m_figures;
    std::vector<WorkerStatus> m_workers;
    ProcessModel* m_processes;
    EventModel* m_events;
    std::array<StatTile*, LiveFigures::count> m_tiles{};
    ChartBoard* m_charts;
    QTableView* m_processTable = nullptr;
    QTableView* m_eventTable = nullptr;
    FaultBar* m_faults = nullptr;
    bool m_isRunning = false;
    QElapsedTimer m_sinceFigures; ///< figures change slowly enough to be read
};

} // namespace ipclab
