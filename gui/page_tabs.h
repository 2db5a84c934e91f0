#pragma once

#include "engine/experiment/experiment_file.h"
#include "gui/run_news.h"

#include <QTabWidget>

#include <vector>

namespace ipclab {

class ComparePage;
class DetailsPage;
class InspectorPage;
class LivePage;
class MechanismPage;
class SizesPage;
class TimelinePage;
class ViewControls;
struct CapacityReport;
struct Plot;

/// The pages in the middle of the window, each in a tab. They know nothing of each other; what one wants of
/// another goes through here. Those that nobody sees at the start are made once the first is on the screen, or
/// once they are needed.
class PageTabs final : public QTabWidget {
    Q_OBJECT

public:
    explicit PageTabs(const std::vector<Preset>& presets, QWidget* parent = nullptr);

    void take(const RunNews& news);
    void refresh();

    void openLive();
    void openMechanism(const QString& id);
    void showCapacity(const CapacityReport& report);

    LivePage& live() const { return *m_live; }
    ViewControls& viewControls() const { return *m_viewControls; }

signals:
    void presetChosen(const QString& id);
    /// For the experiment.
    void mechanismChosen(const QString& id);
    /// These are to be measured; what is being measured is to stop.
    void surveyWanted(const std::vector<ipclab::Experiment>& experiments);
    void stopWanted();
    void capacityWanted(const QString& mechanism);
    void plotMenuWanted(const ipclab::Plot& plot, const QPoint& globalPosition);
    /// The mechanisms that have run are compared so. Plots with different ids stand beside each other.
    void comparisonChanged(const ipclab::Plot& plot);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void createFirstPages(const std::vector<Preset>& presets);
    /// Only once.
    void createOtherPages();
    void connectFirstPages();
    void connectOtherPages();

    LivePage* m_live = nullptr;
    TimelinePage* m_timeline = nullptr;
    InspectorPage* m_inspector = nullptr;
    DetailsPage* m_details = nullptr;
    MechanismPage* m_mechanisms = nullptr;
    ComparePage* m_compare = nullptr;
    SizesPage* m_sizes = nullptr;
    ViewControls* m_viewControls = nullptr;
};

} // namespace ipclab
