#pragma once

#include "engine/experiment/experiment_file.h"
#include "gui/run_news.h"

#include <QTabWidget>

#include <vector>

namespace ipclab {

class DetailsPage;
class InspectorPage;
class LivePage;
class MechanismPage;
class TimelinePage;
class ViewControls;

/// The pages in the middle of the window, each in a tab. They know nothing of each other; what one wants of
/// another goes through here.
class PageTabs final : public QTabWidget {
    Q_OBJECT

public:
    explicit PageTabs(const std::vector<Preset>& presets, QWidget* parent = nullptr);

    void take(const RunNews& news);
    void refresh();

    void openLive();
    void openMechanism(const QString& id);

    LivePage& live() const { return *m_live; }
    ViewControls& viewControls() const { return *m_viewControls; }

signals:
    void presetChosen(const QString& id);
    /// For the experiment.
    void mechanismChosen(const QString& id);

private:
    void createPages(const std::vector<Preset>& presets);
    void connectPages();

    LivePage* m_live = nullptr;
    TimelinePage* m_timeline = nullptr;
    InspectorPage* m_inspector = nullptr;
    DetailsPage* m_details = nullptr;
    MechanismPage* m_mechanisms = nullptr;
    ViewControls* m_viewControls = nullptr;
};

} // namespace ipclab
