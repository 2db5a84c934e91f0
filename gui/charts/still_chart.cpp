#include "gui/charts/still_chart.h"

#include <QChart>
#include <QContextMenuEvent>
#include <QEvent>

namespace ipclab {

namespace {

constexpr int smallestHeight = 300;

} // namespace

StillChart::StillChart(QWidget* parent) : QChartView(parent)
{
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setMinimumHeight(smallestHeight);
}

void StillChart::show(const Plot& plot)
{
    m_plot = plot;
    setToolTip(plot.description);
    setAccessibleName(plot.title);
    setAccessibleDescription(textAlternative(plot));
    draw();
}

void StillChart::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    const QEvent::Type type = event->type();
    if (type == QEvent::PaletteChange || type == QEvent::StyleChange || type == QEvent::FontChange)
        draw();
}

void StillChart::showEvent(QShowEvent* event)
{
    if (m_isStale)
        draw();
    QChartView::showEvent(event);
}

void StillChart::contextMenuEvent(QContextMenuEvent* event)
{
    if (m_plot)
        emit menuWanted(*m_plot, event->globalPos());
}

void StillChart::draw()
{
    m_isStale = m_plot && !isVisible();
    if (!m_plot || m_isStale)
        return;
    const Theme theme = Theme::fromPalette(palette());
    setBackgroundBrush(theme.colour(ColourRole::Card));
    const std::unique_ptr<QChart> previous(chart());
    setChart(chartOf(*m_plot, theme).release()); // the view owns it
}

} // namespace ipclab
