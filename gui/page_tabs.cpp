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
#include <QTimer>

namespace ipclab {

PageTabs::PageTabs(const std::vector<Preset>& presets, QWidget* parent) : QTabWidget(parent)
{
    tabBar()->setDrawBase(false);
    createFirstPages(presets);
    m_viewControls = new ViewControls(this);
    setCornerWidget(m_viewControls);
    m_viewControls->hide();
    connectFirstPages();
}

void PageTabs::take(const RunNews& news)
{
    createOtherPages();
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
    if (m_timeline)
        m_timeline->refresh();
}

void PageTabs::openLive()
{
    setCurrentWidget(m_live);
}

void PageTabs::openMechanism(const QString& id)
{
    createOtherPages();
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

void PageTabs::paintEvent(QPaintEvent* event)
{
    QTabWidget::paintEvent(event);
    if (!m_timeline)
        QTimer::singleShot(0, this, &PageTabs::createOtherPages);
}

void PageTabs::createFirstPages(const std::vector<Preset>& presets)
{
    auto* start = new StartPage(presets, this);
    connect(start, &StartPage::presetChosen, this, &PageTabs::presetChosen);
    m_live = new LivePage(this);
    addTab(start, tr("Start"));
    addTab(m_live, tr("Live"));
    for (const QString& title : {tr("Timeline"), tr("Processes"), tr("Details"), tr("Mechanisms"),
                                 tr("Compare"), tr("Sizes")})
        addTab(new QWidget(this), title);
}

void PageTabs::createOtherPages()
{
    if (m_timeline)
        return;
    const QSignalBlocker blocker(this); // what the user looks at stays
    const int current = currentIndex();
    int index = indexOf(m_live);
    const auto fill = [&](QWidget* page) {
        const QString title = tabText(++index);
        delete widget(index);
        insertTab(index, page, title);
    };
    fill(m_timeline = new TimelinePage(this));
    fill(m_inspector = new InspectorPage(this));
    fill(m_details = new DetailsPage(this));
    fill(m_mechanisms = new MechanismPage(this));
    fill(m_compare = new ComparePage(this));
    fill(m_sizes = new SizesPage(this));
    setCurrentIndex(current);
    connectOtherPages();
}

void PageTabs::connectFirstPages()
{
    connect(this, &QTabWidget::currentChanged, this, [this] {
        createOtherPages();
        m_viewControls->setVisible(currentWidget() == m_live);
    });
    connect(m_live, &LivePage::workerChosen, this, [this](int row) {
        setCurrentWidget(m_inspector);
        m_inspector->inspect(row);
    });
}

void PageTabs::connectOtherPages()
{
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
