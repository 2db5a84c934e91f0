#pragma once

#include "engine/run/speed_by_size.h"
#include "gui/models/size_comparison.h"
#include "gui/run_news.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QSpinBox;

namespace ipclab {

class SegmentedControl;
class StillChart;
class SurveyBar;
class TextTableView;

/// How fast mechanisms are by the size of their messages, as the runs of this session say, and which of two
/// is the faster one where.
class SizesPage final : public QWidget {
    Q_OBJECT

public:
    explicit SizesPage(QWidget* parent = nullptr);

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
    QWidget* createVerdict();
    QComboBox* addMechanismChoice(QWidget* row, const QString& title);

    void on(const RunBegan& news);
    void on(const RunFinished& news);
    void on(const SeriesOver& news);
    template <typename Other>
    void on(const Other&)
    {
    }
    void measure();
    /// Those that have run. Until the user chooses, the first that ran is set against the fastest.
    void offerMechanisms();
    SpeedFigure figure() const;
    MechanismPair pair() const;
    QString noteText() const;
    void showSpeeds();

    SpeedBySize m_speeds;
    bool m_hasChosen = false; ///< which two are compared
    QTimer m_redraw;          ///< of what has come meanwhile: a chart costs more than a short run may lose
    SurveyBar* m_survey = nullptr;
    QSpinBox* m_trials = nullptr;
    SegmentedControl* m_figure = nullptr;
    QComboBox* m_first = nullptr;
    QComboBox* m_second = nullptr;
    QLabel* m_note = nullptr;
    StillChart* m_plot = nullptr;
    QLabel* m_verdict = nullptr;
    TextTableView* m_table = nullptr;
};

} // namespace ipclab
