#include "gui/charts/point_labels.h"

#include <QChart>
#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace ipclab {

namespace {

constexpr double gap = 6;       // from the middle of a point to its text
constexpr double pointSize = 8; // what no text covers
constexpr int mostRings = 8;    // so many times the height of a line a text moves away at most
constexpr std::array sides{QPointF(0, -1), QPointF(1, 0),   QPointF(-1, 0), QPointF(0, 1),
                           QPointF(1, -1), QPointF(-1, -1), QPointF(1, 1),  QPointF(-1, 1)};

QRectF around(QPointF middle, QSizeF size)
{
    return {middle - QPointF(size.width(), size.height()) / 2, size};
}

QRectF atSide(QPointF point, QSizeF size, QPointF side, int ring)
{
    const double away = gap + ring * size.height();
    return around(
        point + QPointF(side.x() * (size.width() / 2 + away), side.y() * (size.height() / 2 + away)), size);
}

QRectF freePlace(QPointF point, QSizeF size, const std::vector<QRectF>& taken, const QRectF& room)
{
    for (int ring = 0; ring < mostRings; ++ring)
        for (const QPointF side : sides) {
            const QRectF place = atSide(point, size, side, ring);
            const bool isFree =
                std::ranges::none_of(taken, [&](const QRectF& other) { return other.intersects(place); });
            if (isFree && room.contains(place))
                return place;
        }
    return atSide(point, size, sides.front(), 0);
}

/// The point of the place that is nearest to another one.
QPointF nearest(const QRectF& place, QPointF to)
{
    return {std::clamp(to.x(), place.left(), place.right()), std::clamp(to.y(), place.top(), place.bottom())};
}

} // namespace

std::vector<QRectF> placeBeside(const std::vector<QPointF>& points, const std::vector<QSizeF>& sizes,
                                const QRectF& room)
{
    std::vector<QRectF> taken;
    for (const QPointF& point : points)
        taken.push_back(around(point, {pointSize, pointSize}));
    std::vector<QRectF> places;
    for (std::size_t index = 0; index < points.size(); ++index) {
        places.push_back(freePlace(points[index], sizes[index], taken, room));
        taken.push_back(places.back());
    }
    return places;
}

PointLabels::PointLabels(QChart* chart, std::vector<PointLabel> labels, const Theme& theme)
    : QGraphicsItem(chart), m_chart(chart), m_labels(std::move(labels)), m_theme(theme)
{
    setZValue(100); // above the points
    QObject::connect(chart, &QChart::plotAreaChanged, chart, [this] {
        prepareGeometryChange();
        update();
    });
}

QRectF PointLabels::boundingRect() const
{
    return m_chart->rect();
}

void PointLabels::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const QFontMetricsF metrics(m_theme.labelFont());
    std::vector<QPointF> points;
    std::vector<QSizeF> sizes;
    for (const PointLabel& label : m_labels) {
        points.push_back(m_chart->mapToPosition(label.point));
        sizes.emplace_back(metrics.horizontalAdvance(label.text) + 2, metrics.height());
    }
    const std::vector<QRectF> places = placeBeside(points, sizes, m_chart->plotArea());
    painter->setFont(m_theme.labelFont());
    for (std::size_t index = 0; index < places.size(); ++index) {
        const QPointF end = nearest(places[index], points[index]);
        const QPointF way = end - points[index];
        if (std::hypot(way.x(), way.y()) > 2 * gap) {
            painter->setPen(QPen(m_theme.colour(ColourRole::MutedText), 1));
            painter->drawLine(points[index], end);
        }
        painter->fillRect(places[index], m_theme.paperUnderText());
        painter->setPen(m_theme.colour(ColourRole::Text));
        painter->drawText(places[index], Qt::AlignCenter, m_labels[index].text);
    }
}

} // namespace ipclab
