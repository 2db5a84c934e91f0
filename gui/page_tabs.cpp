#include "gui/page_tabs.h"

#include "gui/pages/compare_page.h"
#include "gui/pages/details_page.h"
#include "gui/pages/inspector_page.h"
#include "gui/pages/live_page.h"
#include "gui/pages/mechanism_page.h"
#include "gui/pages/sizes_page.h"
#include "gui/pages/start_page.h"
#include "gui/pages/timeline_page.h"
#include "gui/widgets/view_controls.h"

#include <QResizeEvent>
#include <QTabBar>

namespace ipclab {

PageTabs::PageTabs(const std::vector<Preset>& presets, QWidget* parent) : QTabWidget(parent)
{
    tabBar()->setDrawBase(false);
    createPages(presets);
    m_viewControls = new ViewControls(this);
    setCornerWidget(m_viewControls);
    m_viewControls->hide();
    connectPages();
}

void PageTabs::take(const RunNews& news)
{
    m_live->take(news);
    m_timeline->take(news);
    m_inspector->take(news);
    m_details->take(news);
    m_compare->take(news);
    m_sizes->take(news);
}

void PageTabs::refresh()
{
    m_live->refresh();
    m_timeline->refresh();
}

void PageTabs::openLive()
{
    setCurrentWidget(m_live);
}

void PageTabs::openMechanism(const QString& id)
{
    m_mechanisms->open(id);
    setCurrentWidget(m_mechanisms);
}

void PageTabs::showCapacity(const CapacityReport& report)
{
    m_mechanisms->showCapacity(report);
}

void PageTabs::resizeEvent(QResizeEvent* event)
{
    m_viewControls->fitInto(event->size().width() - tabBar()->sizeHint().width());
    QTabWidget::resizeEvent(event);
}

void PageTabs::createPages(const std::vector<Preset>& presets)
{
    auto* start = new StartPage(presets, this);
    connect(start, &StartPage::presetChosen, this, &PageTabs::presetChosen);
    m_live = new LivePage(this);
    m_timeline = new TimelinePage(this);
    m_inspector = new InspectorPage(this);
    m_details = new DetailsPage(this);
    m_mechanisms = new MechanismPage(this);
    m_compare = new ComparePage(this);
    m_sizes = new SizesPage(this);
    addTab(start, tr("Start"));
    addTab(m_live, tr("Live"));
    addTab(m_timeline, tr("Timeline"));
    addTab(m_inspector, tr("Processes"));
    addTab(m_details, tr("Details"));
    addTab(m_mechanisms, tr("Mechanisms"));
    addTab(m_compare, tr("Compare"));
    addTab(m_sizes, tr("Sizes"));
}

void PageTabs::connectPages()
{
    connect(this, &QTabWidget::currentChanged, this,
            [this] { m_viewControls->setVisible(currentWidget() == m_live); });
    connect(m_live, &LivePage::workerChosen, this, [this](int row) {
        setCurrentWidget(m_inspector);
        m_inspector->inspect(row);
    });
    connect(m_compare, &ComparePage::surveyWanted, this, &PageTabs::surveyWanted);
    connect(m_compare, &ComparePage::stopWanted, this, &PageTabs::stopWanted);
    connect(m_compare, &ComparePage::plotMenuWanted, this, &PageTabs::plotMenuWanted);
    connect(m_compare, &ComparePage::plotChanged, this, &PageTabs::comparisonChanged);
    connect(m_sizes, &SizesPage::surveyWanted, this, &PageTabs::surveyWanted);
    connect(m_sizes, &SizesPage::stopWanted, this, &PageTabs::stopWanted);
    connect(m_sizes, &SizesPage::plotMenuWanted, this, &PageTabs::plotMenuWanted);
    connect(m_sizes, &SizesPage::plotChanged, this, &PageTabs::comparisonChanged);
    connect(m_details, &DetailsPage::plotMenuWanted, this, &PageTabs::plotMenuWanted);
    connect(m_mechanisms, &MechanismPage::mechanismWanted, this, &PageTabs::mechanismChosen);
    connect(m_mechanisms, &MechanismPage::capacityWanted, this, &PageTabs::capacityWanted);
}

} // namespace ipclab
