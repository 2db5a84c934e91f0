#pragma once

#include "gui/run_news.h"

#include <QWidget>

#include <array>
#include <vector>

class QLabel;
class QScrollArea;

namespace ipclab {

class ProcessCard;
class ProcessWatch;

/// Two workers of the present run side by side, live. Nothing is read while the page is hidden.
class InspectorPage final : public QWidget {
    Q_OBJECT

public:
    explicit InspectorPage(QWidget* parent = nullptr);

    void take(const RunNews& news);
    /// Shows that worker of the run, by its place among them.
    void inspect(int row);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void on(const WorkersStarted& news);
    void on(const SampleTaken& news);
    void on(const RunFinished& news);
    void on(const RunFailed& news);
    template <typename Other>
    void on(const Other&)
    {
    }
    void end(const RunResult& result);
    /// Who is to be inspected has changed.
    void arrange();
    void showStatus();
    void showInspections();

    std::vector<WorkerStatus> m_workers;
    bool m_isOver = true; ///< there is no process any more that has one of their pids
    std::array<ProcessCard*, 2> m_cards{};
    QLabel* m_hint;
    QScrollArea* m_body; ///< a small window has no room for all of a process
    ProcessWatch* m_watch;
};

} // namespace ipclab
