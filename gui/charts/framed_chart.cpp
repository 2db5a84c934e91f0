#include "gui/charts/framed_chart.h"

#include <QCategoryAxis>
#include <QCoreApplication>
#include <QFontMetricsF>
#include <QGraphicsLayout>
#include <QLegend>
#include <QPen>

#include <cmath>

namespace ipclab {

namespace {

constexpr double padding = 10;
constexpr double rightPadding = 18;    // half of the last time label
constexpr double labelGap = 10;        // between a value label and the plot
constexpr double narrowestLabels = 44; // keeps charts that stand above one another aligned
constexpr double cardRoundness = 6;

QCategoryAxis* makeAxis()
{
    auto* axis = new QCategoryAxis;
    axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    axis->setTruncateLabels(false);
    axis->setLineVisible(false);
    return axis;
}

} // namespace

FramedChart::FramedChart(const ChartFace& face, const Theme& theme, AxisTitles titles)
    : m_time(makeAxis()), m_value(makeAxis()), m_caption(new ChartCaption(face, theme, this)), m_theme(theme),
      m_titles(titles)
{
    legend()->hide();
    setAnimationOptions(NoAnimation);
    setBackgroundRoundness(cardRoundness);
    setMargins(QMargins());
    layout()->setContentsMargins(0, 0, 0, 0);
    addAxis(m_time, Qt::AlignBottom);
    addAxis(m_value, Qt::AlignLeft);
    m_caption->setZValue(10);
    if (titles == AxisTitles::Shown) {
        m_value->setTitleText(quantityTitle(face.quantity));
        m_time->setTitleText(QCoreApplication::translate("ipclab::FramedChart", "time in the run"));
    }
    setTheme(theme);
}

void FramedChart::setTheme(const Theme& theme)
{
    m_theme = theme;
    theme.applyTo(*this);
    setBackgroundPen(m_isPlain ? QPen(Qt::NoPen) : QPen(theme.colour(ColourRole::Border), 1.0));
    m_caption->setTheme(theme);
    m_stale = true;
}

void FramedChart::setPlain()
{
    m_isPlain = true;
    setBackgroundRoundness(0);
    setBackgroundPen(Qt::NoPen);
}

void FramedChart::setTicks(QCategoryAxis& axis, double from, double to, const std::vector<AxisTick>& ticks)
{
    for (const QString& label : axis.categoriesLabels())
        axis.remove(label);
    axis.setStartValue(from - (to - from));
    for (const AxisTick& tick : ticks)
        axis.append(tick.text, tick.position);
    axis.setRange(from, to);
    m_stale = true;
}

bool FramedChart::setTimeTicks(const std::vector<AxisTick>& ticks)
{
    if (ticks == m_timeTicks)
        return false;
    m_timeTicks = ticks;
    setTicks(*m_time, 0.0, 1.0, ticks);
    return true;
}

bool FramedChart::setValueTicks(double bottom, double top, const std::vector<AxisTick>& ticks)
{
    if (ticks == m_valueTicks && bottom == m_bottom && top == m_top)
        return false;
    m_valueTicks = ticks;
    m_bottom = bottom;
    m_top = top;
    setTicks(*m_value, bottom, top, ticks);
    return true;
}

double FramedChart::widestValueLabel() const
{
    const QFontMetricsF metrics(m_theme.labelFont());
    double widest = narrowestLabels;
    for (const AxisTick& tick : m_valueTicks)
        widest = std::max(widest, metrics.horizontalAdvance(tick.text));
    return std::ceil(widest);
}

void FramedChart::layOut(const QSizeF& newSize)
{
    if (newSize != size())
        resize(newSize);
    else if (m_stale)
        placeContents();
}

void FramedChart::resizeEvent(QGraphicsSceneResizeEvent* event)
{
    QChart::resizeEvent(event);
    placeContents();
}

void FramedChart::placeContents()
{
    const double labelHeight = QFontMetricsF(m_theme.labelFont()).height();
    const double titleHeight = m_titles == AxisTitles::Shown ? labelHeight + 6 : 0;

    m_caption->setPos(padding, padding - 2);
    const double captionHeight = m_caption->setWidth(size().width() - 2 * padding);

    const double left = std::ceil(padding / 2 + titleHeight + widestValueLabel() + labelGap);
    const double top = std::ceil(padding + captionHeight + labelHeight / 2 + 2);
    const double right = std::floor(size().width() - rightPadding);
    const double bottom = std::floor(size().height() - titleHeight - labelHeight - padding - 4);
    setPlotArea(QRectF(QPointF(left, top), QPointF(std::max(right, left + 1), std::max(bottom, top + 1))));
    layout()->invalidate();
    layout()->activate();
    m_stale = false;
}

} // namespace ipclab
