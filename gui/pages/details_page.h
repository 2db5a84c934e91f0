#pragma once

#include "gui/run_news.h"

#include <QScrollArea>

class QLabel;
class QVBoxLayout;

namespace ipclab {

class DurationBars;
class PageSection;
class StillChart;
struct Plot;
class TextTableView;

/// What the present or last run is made of, and, when it is over, what came out of it. The runs of a series
/// stand beside each other, and each can be chosen. Every table can be copied.
class DetailsPage final : public QScrollArea {
    Q_OBJECT

public:
    explicit DetailsPage(QWidget* parent = nullptr);

    void take(const RunNews& news);

signals:
    void plotMenuWanted(const ipclab::Plot& plot, const QPoint& globalPosition);

protected:
    void showEvent(QShowEvent* event) override;

private:
    TextTableView* addTable(const QString& title, const QString& note);
    TextTableView* addTo(PageSection* section, const QString& name);
    void createSections();

    void on(const RunBegan& news);
    void on(const WorkersJoined& news);
    void on(const SampleTaken& news);
    void on(const RunFinished& news);
    void on(const RunFailed& news);
    template <typename Other>
    void on(const Other&)
    {
    }
    void keep(const RunResult& result);
    void showSeries();
    void showRun(std::size_t index);
    void showMakeUp(const WorkersJoined& madeOf);
    void showResult(const RunResult& result);
    void showPlots(const std::vector<Plot>& plots);
    void clear();

    QVBoxLayout* m_layout;
    QLabel* m_title;
    QLabel* m_note;
    std::vector<RunResult> m_series; ///< what has come out of it so far
    bool m_isSeriesStale = false;    ///< the table of runs does not show all of it
    TextTableView* m_runs = nullptr;
    TextTableView* m_settings = nullptr;
    TextTableView* m_objects = nullptr;
    TextTableView* m_checks = nullptr;
    TextTableView* m_saturation = nullptr;
    TextTableView* m_deadlocks = nullptr;
    TextTableView* m_summary = nullptr;
    TextTableView* m_latency = nullptr;
    TextTableView* m_workers = nullptr;
    TextTableView* m_blocks = nullptr;
    DurationBars* m_blockBars = nullptr;
    PageSection* m_plotSection = nullptr;
    std::vector<std::string> m_classes; ///< of the run's messages
    std::size_t m_deliveries = 0;       ///< that the plot shows
    std::vector<StillChart*> m_plots;   ///< as many as were ever wanted
    TextTableView* m_standardError = nullptr;
    TextTableView* m_host = nullptr;
    TextTableView* m_limits = nullptr;
};

} // namespace ipclab
