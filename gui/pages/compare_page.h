#pragma once

#include "gui/models/compared_runs.h"
#include "gui/run_news.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace ipclab {

class StillChart;
class SegmentedControl;

/// What the runs of this session say of the mechanisms: how fast they are beside what it takes to program
/// with them.
class ComparePage final : public QWidget {
    Q_OBJECT

public:
    explicit ComparePage(QWidget* parent = nullptr);

    void take(const RunNews& news);

signals:
    /// The user wants every mechanism measured, and no more measured of those that are.
    void surveyWanted();
    void stopWanted();
    void plotMenuWanted(const ipclab::Plot& plot, const QPoint& globalPosition);
    /// What is compared, and how, has changed.
    void plotChanged(const ipclab::Plot& plot);

private:
    QWidget* createHead();
    QWidget* createChoices();
    SegmentedControl* addChoice(QWidget* row, const QString& title, const QStringList& texts);

    void on(const RunBegan& news);
    void on(const RunFinished& news);
    void on(const SeriesOver& news);
    template <typename Other>
    void on(const Other&)
    {
    }
    QString noteText() const;
    void showPlot();

    ComparedRuns m_runs;
    bool m_isBusy = false;
    QPushButton* m_measure = nullptr;
    QLabel* m_progressText = nullptr;
    QProgressBar* m_progress = nullptr;
    SegmentedControl* m_effort = nullptr;
    SegmentedControl* m_speed = nullptr;
    QLabel* m_note = nullptr;
    StillChart* m_plot = nullptr;
};

} // namespace ipclab
