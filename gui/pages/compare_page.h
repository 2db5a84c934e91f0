#pragma once

#include "gui/models/compared_runs.h"
#include "gui/run_news.h"

#include <QWidget>

class QLabel;

namespace ipclab {

class SegmentedControl;
class StillChart;
class SurveyBar;

/// What the runs of this session say of the mechanisms: how fast they are beside what it takes to program
/// with them.
class ComparePage final : public QWidget {
    Q_OBJECT

public:
    explicit ComparePage(QWidget* parent = nullptr);

    void take(const RunNews& news);

signals:
    /// The user wants these measured, and no more of what is being measured.
    void surveyWanted(const std::vector<ipclab::Experiment>& experiments);
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
    SurveyBar* m_survey = nullptr;
    SegmentedControl* m_effort = nullptr;
    SegmentedControl* m_speed = nullptr;
    QLabel* m_note = nullptr;
    StillChart* m_plot = nullptr;
};

} // namespace ipclab
