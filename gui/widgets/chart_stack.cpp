#include "gui/widgets/chart_stack.h"

#include "gui/charts/live_chart.h"
#include "gui/widgets/segmented_control.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QStackedLayout>

#include <algorithm>

namespace ipclab {

namespace {

/// More than these (a run of many workers) do not fit side by side.
constexpr qsizetype mostSegments = 4;

} // namespace

ChartStack::ChartStack(QWidget* parent)
    : QFrame(parent), m_stack(new QStackedLayout), m_layout(new QVBoxLayout(this))
{
    setObjectName("chartCard");
    m_layout->setContentsMargins(1, 1, 1, 1);
    m_layout->setSpacing(0);
    m_layout->addLayout(m_stack, 1);
}

void ChartStack::setSpecs(const std::vector<ChartSpec>& specs)
{
    const int previous = m_stack->currentIndex();
    for (LiveChart* chart : m_charts) {
        m_stack->removeWidget(chart);
        chart->hide();
        chart->deleteLater(); // it may be in the middle of an event of its own
    }
    m_charts.clear();
    m_specs = specs;
    for (const ChartSpec& spec : m_specs)
        addChart(spec);
    m_stack->setCurrentIndex(std::clamp(previous, 0, static_cast<int>(m_charts.size()) - 1));
    showSwitch();
}

LiveChart* ChartStack::current() const
{
    return m_charts.empty() ? nullptr : m_charts[static_cast<std::size_t>(m_stack->currentIndex())];
}

void ChartStack::append(const SeriesPoint& point)
{
    const double seconds = std::chrono::duration<double>(point.at).count();
    for (std::size_t i = 0; i < m_charts.size(); ++i)
        m_charts[i]->append(seconds, m_specs[i].values(point));
}

void ChartStack::addChart(const ChartSpec& spec)
{
    auto* chart = new LiveChart(spec.face, this);
    chart->setContextMenuPolicy(Qt::CustomContextMenu);
    m_charts.push_back(chart);
    m_stack->addWidget(chart);
}

void ChartStack::showSwitch()
{
    delete m_switch;
    m_switch = nullptr;
    if (m_specs.size() < 2)
        return;
    QStringList titles;
    for (const ChartSpec& spec : m_specs)
        titles << spec.choice;
    m_switch = new QWidget(this);
    auto* row = new QHBoxLayout(m_switch);
    row->setContentsMargins(10, 0, 10, 6);
    if (titles.size() <= mostSegments) {
        auto* segments = new SegmentedControl(titles, SegmentedControl::Look::Compact, m_switch);
        segments->setCurrent(m_stack->currentIndex());
        connect(segments, &SegmentedControl::chosen, m_stack, &QStackedLayout::setCurrentIndex);
        row->addWidget(segments);
    } else {
        auto* combo = new QComboBox(m_switch);
        combo->setAccessibleName(tr("Which chart is shown"));
        combo->addItems(titles);
        combo->setCurrentIndex(m_stack->currentIndex());
        connect(combo, &QComboBox::activated, m_stack, &QStackedLayout::setCurrentIndex);
        row->addWidget(combo);
    }
    row->addStretch();
    m_layout->addWidget(m_switch);
}

} // namespace ipclab
