#include "gui/widgets/wait_graph_view.h"

#include "gui/charts/chart_theme.h"

#include <QApplication>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ipclab {

namespace {

constexpr double nodeWidth = 120;
constexpr double nodeHeight = 40;
/// How far an arrow bends to its left, so that there and back are two arrows.
constexpr double bend = 34;
constexpr double headLength = 11;
constexpr QSizeF labelSize(290, 40);
/// From the top of the bow to the middle of its label: two lines of text and a little air lie between.
constexpr double labelDistance = 28;

QColor colour(ColourRole role)
{
    return Theme::fromPalette(QApplication::palette()).colour(role);
}

QPolygonF headAt(QPointF tip, QPointF direction)
{
    const QPointF side(-direction.y(), direction.x());
    const QPointF base = tip - direction * headLength;
    QPolygonF head;
    head << tip << base + side * (headLength / 2) << base - side * (headLength / 2);
    return head;
}

/// Where a line to `centre` from `from` meets the node around it.
QPointF edgeOfNode(QPointF centre, QPointF from)
{
    const QPointF away = from - centre;
    const double across = std::abs(away.x()) / (nodeWidth / 2);
    const double down = std::abs(away.y()) / (nodeHeight / 2);
    return centre + away / std::max({across, down, 1.0});
}

} // namespace

WaitGraphView::WaitGraphView(WaitGraph graph, QWidget* parent) : QWidget(parent), m_graph(std::move(graph))
{
    setAccessibleName(tr("Who waits for whom"));
    setAccessibleDescription(QString::fromStdString(m_graph.sentence()));
}

void WaitGraphView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), colour(ColourRole::Card));
    for (const WaitEdge& edge : m_graph.edges)
        drawArrow(painter, edge);
    for (const std::string& role : m_graph.workers)
        drawNode(painter, role);
}

QPointF WaitGraphView::placeOf(const std::string& role) const
{
    const auto index = std::ranges::find(m_graph.workers, role) - m_graph.workers.begin();
    const double turn = static_cast<double>(index) / static_cast<double>(m_graph.workers.size());
    const double angle = std::numbers::pi * (1 + 2 * turn);
    const QPointF middle(width() / 2.0, height() / 2.0);
    return middle + QPointF(std::cos(angle) * (width() / 2.0 - nodeWidth / 2 - 12),
                            std::sin(angle) * (height() / 2.0 - nodeHeight / 2 - 12));
}

void WaitGraphView::drawArrow(QPainter& painter, const WaitEdge& edge) const
{
    const QPointF from = placeOf(edge.waiter);
    const QPointF to = placeOf(edge.awaited);
    const QPointF along = to - from;
    const double length = std::hypot(along.x(), along.y());
    if (length < 1)
        return;
    const QPointF side(along.y() / length, -along.x() / length);
    const QPointF control = (from + to) / 2 + side * (2 * bend);
    const QPointF start = edgeOfNode(from, control);
    const QPointF tip = edgeOfNode(to, control);
    const QPointF last = tip - control;
    const QPointF direction = last / std::hypot(last.x(), last.y());

    painter.setPen(QPen(colour(ColourRole::BlockedSending), 2));
    painter.setBrush(Qt::NoBrush);
    QPainterPath path(start);
    path.quadTo(control, tip - direction * headLength);
    painter.drawPath(path);
    painter.setBrush(colour(ColourRole::BlockedSending));
    painter.drawPolygon(headAt(tip, direction));

    painter.setPen(colour(ColourRole::Text));
    const QPointF label = (from + to) / 2 + side * (bend + labelDistance);
    painter.drawText(QRectF(label - QPointF(labelSize.width(), labelSize.height()) / 2, labelSize),
                     Qt::AlignCenter | Qt::TextWordWrap,
                     tr("waits for %1").arg(QString::fromStdString(edge.what)));
}

void WaitGraphView::drawNode(QPainter& painter, const std::string& role) const
{
    const QPointF centre = placeOf(role);
    const QRectF box(centre.x() - nodeWidth / 2, centre.y() - nodeHeight / 2, nodeWidth, nodeHeight);
    painter.setPen(QPen(colour(ColourRole::Text), 1));
    painter.setBrush(colour(ColourRole::Card));
    painter.drawRoundedRect(box, 6, 6);
    painter.drawText(box, Qt::AlignCenter, QString::fromStdString(role));
}

} // namespace ipclab
