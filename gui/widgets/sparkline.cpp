#include "gui/widgets/sparkline.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace ipclab {

namespace {

constexpr std::size_t valuesKept = 240; // two minutes at two a second
constexpr int captionHeight = 18;
constexpr int leastGap = 8; // between caption and value
const QString widestValue = QStringLiteral("99.9 MiB");

QPolygonF pointsOf(const std::deque<double>& values, const QRectF& area)
{
    const double top = std::max(*std::ranges::max_element(values), 1e-12);
    const double step = area.width() / static_cast<double>(valuesKept - 1);
    const double begin = area.right() - step * static_cast<double>(values.size() - 1);
    QPolygonF points;
    for (std::size_t index = 0; index < values.size(); ++index)
        points << QPointF(begin + step * static_cast<double>(index),
                          area.bottom() - area.height() * values[index] / top);
    return points;
}

} // namespace

Sparkline::Sparkline(const QString& caption, Quantity quantity, ColourRole colour, QWidget* parent)
    : QWidget(parent), m_caption(caption), m_quantity(quantity), m_colour(colour)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(caption);
    setToolTip(caption); // it may be cut
}

void Sparkline::clear()
{
    m_values.clear();
    update();
}

void Sparkline::add(double value)
{
    m_values.push_back(value);
    if (m_values.size() > valuesKept)
        m_values.pop_front();
    setAccessibleDescription(shortText(value, m_quantity));
    update();
}

void Sparkline::paintEvent(QPaintEvent*)
{
    const Theme theme = Theme::fromPalette(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme.labelFont());
    const QFontMetricsF metrics(painter.font());
    const QRectF captionArea(0, 0, width(), captionHeight);
    const double wanted =
        metrics.horizontalAdvance(m_caption) + leastGap + metrics.horizontalAdvance(widestValue);
    const double valueTop = wanted > width() ? captionHeight : 0;
    painter.setPen(theme.colour(ColourRole::MutedText));
    painter.drawText(captionArea, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(m_caption, Qt::ElideRight, width()));
    const QRectF area = QRectF(rect()).adjusted(0.5, valueTop + captionHeight + 2, -0.5, -1.5);
    painter.setPen(theme.colour(ColourRole::Grid));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    if (m_values.empty())
        return;
    painter.setPen(theme.colour(ColourRole::Text));
    painter.drawText(captionArea.translated(0, valueTop), Qt::AlignRight | Qt::AlignVCenter,
                     shortText(m_values.back(), m_quantity));
    const QPolygonF line = pointsOf(m_values, area);
    QPainterPath fill;
    fill.addPolygon(line);
    fill.lineTo(line.back().x(), area.bottom());
    fill.lineTo(line.front().x(), area.bottom());
    const QColor colour = theme.colour(m_colour);
    painter.fillPath(fill, QColor(colour.red(), colour.green(), colour.blue(), 50));
    painter.setPen(QPen(colour, 1.4));
    painter.drawPolyline(line);
}

} // namespace ipclab
