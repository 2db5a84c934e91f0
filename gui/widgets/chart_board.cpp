#include "gui/widgets/chart_board.h"

#include "gui/charts/live_chart.h"
#include "gui/widgets/chart_stack.h"

#include <QEvent>
#include <QGridLayout>

#include <algorithm>

namespace ipclab {

namespace {

constexpr std::size_t chartsInARow = 2;

std::vector<std::vector<ChartSpec>> grouped(const std::vector<ChartSpec>& specs)
{
    std::vector<std::vector<ChartSpec>> groups;
    for (const ChartSpec& spec : specs) {
        const auto same = [&](const auto& group) { return group.front().group == spec.group; };
        const auto found = std::ranges::find_if(groups, same);
        found == groups.end() ? groups.push_back({spec}) : found->push_back(spec);
    }
    return groups;
}

} // namespace

ChartBoard::ChartBoard(QWidget* parent) : QWidget(parent), m_layout(new QGridLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(8);
}

void ChartBoard::begin(const ChartContext& context, std::optional<double> expectedSeconds)
{
    if (m_context != context)
        makeCharts(context);
    m_context = context;
    for (LiveChart* chart : charts()) {
        chart->clear();
        chart->resetZoom();
        chart->setWindow(m_window);
        chart->setExpectedLength(expectedSeconds);
        m_paused ? chart->pause() : chart->resume();
    }
}

void ChartBoard::append(const SeriesPoint& point)
{
    for (ChartStack* stack : m_stacks)
        stack->append(point);
}

void ChartBoard::end()
{
    for (LiveChart* chart : charts())
        chart->end();
}

void ChartBoard::markEvent(double seconds, const QString& text)
{
    for (LiveChart* chart : charts())
        chart->markEvent(seconds, text);
}

void ChartBoard::setWindow(std::optional<double> seconds)
{
    m_window = seconds;
    for (LiveChart* chart : charts())
        chart->setWindow(seconds);
}

void ChartBoard::setPaused(bool paused)
{
    m_paused = paused;
    for (LiveChart* chart : charts())
        paused ? chart->pause() : chart->resume();
}

bool ChartBoard::isZoomed() const
{
    return std::ranges::any_of(charts(), &LiveChart::isZoomed);
}

void ChartBoard::resetZoom()
{
    for (LiveChart* chart : charts())
        chart->resetZoom();
}

void ChartBoard::refresh()
{
    for (LiveChart* chart : charts())
        chart->refresh();
}

std::vector<LiveChart*> ChartBoard::charts() const
{
    std::vector<LiveChart*> all;
    for (const ChartStack* stack : m_stacks)
        all.insert(all.end(), stack->charts().begin(), stack->charts().end());
    return all;
}

LiveChart* ChartBoard::current() const
{
    if (m_current && m_current->isVisibleTo(this))
        return m_current;
    return m_stacks.empty() ? nullptr : m_stacks.front()->current();
}

bool ChartBoard::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::FocusIn)
        m_current = qobject_cast<LiveChart*>(watched);
    return QWidget::eventFilter(watched, event);
}

void ChartBoard::makeCharts(const ChartContext& context)
{
    m_current = nullptr;
    const auto groups = grouped(chartsFor(context));
    while (m_stacks.size() < groups.size()) {
        const std::size_t place = m_stacks.size();
        auto* stack = new ChartStack(this);
        m_layout->addWidget(stack, static_cast<int>(place / chartsInARow),
                            static_cast<int>(place % chartsInARow));
        m_layout->setRowStretch(static_cast<int>(place / chartsInARow), 1);
        m_layout->setColumnStretch(static_cast<int>(place % chartsInARow), 1);
        m_stacks.push_back(stack);
    }
    for (std::size_t i = 0; i < groups.size(); ++i)
        m_stacks[i]->setSpecs(groups[i]);
    for (LiveChart* chart : charts())
        adopt(chart);
}

void ChartBoard::adopt(LiveChart* chart)
{
    chart->installEventFilter(this);
    connect(chart, &QWidget::customContextMenuRequested, this, [this, chart](const QPoint& position) {
        m_current = chart;
        emit menuWanted(chart, chart->mapToGlobal(position));
    });
    connect(chart, &LiveChart::zoomChanged, this, [this, chart] { spreadZoom(chart); });
    connect(chart, &LiveChart::cursorMoved, this,
            [this, chart](const CursorReading& reading) { spreadCursor(chart, reading.seconds); });
    connect(chart, &LiveChart::cursorLeft, this, [this, chart] { spreadCursor(chart, std::nullopt); });
}

void ChartBoard::spreadZoom(LiveChart* from)
{
    if (m_spreading)
        return;
    m_spreading = true;
    for (LiveChart* chart : charts()) {
        if (chart == from)
            continue;
        from->isZoomed() ? chart->zoom(from->visibleTime()) : chart->resetZoom();
    }
    m_spreading = false;
}

void ChartBoard::spreadCursor(LiveChart* from, std::optional<double> seconds)
{
    for (LiveChart* chart : charts()) {
        if (chart != from && chart->isVisible())
            chart->showCursor(seconds);
    }
}

} // namespace ipclab
