#include "gui/charts/trace_item.h"

#include "gui/charts/bucket_walk.h"

#include <QChart>
#include <QFontMetricsF>
#include <QPainter>
#include <QPolygonF>

#include <cmath>

namespace ipclab {

namespace {

constexpr double lineWidth = 1.5;
constexpr double referenceWidth = 1.25;

/// Turns one history into polylines within a rectangle.
class PolylineBuilder {
public:
    PolylineBuilder(const PlotView& view, const QRectF& area) : m_view(view), m_area(area) {}

    std::vector<QPolygonF> build(const TraceHistory& history, TraceStyle style)
    {
        const ColumnGrid grid = ColumnGrid::over(m_view.time, qRound(m_area.width()) * 2);
        walkBuckets(history, grid, m_view.newest, [&](double seconds, const TraceBucket& bucket) {
            if (bucket.count == 0) {
                finish();
                return;
            }
            if (style == TraceStyle::Step && m_last)
                addPoint(seconds, m_last->y());
            addPoint(seconds, bucket.mean());
            if (bucket.high > bucket.low) {
                addPoint(seconds, bucket.low);
                addPoint(seconds, bucket.high);
                addPoint(seconds, bucket.mean());
            }
        });
        finish();
        return std::move(m_finished);
    }

private:
    QPointF onPaper(const QPointF& point) const
    {
        const double x = (point.x() - m_view.time.from) / m_view.time.length();
        const double y = std::clamp((m_view.top - point.y()) / (m_view.top - m_view.bottom), 0.0, 1.0);
        return {m_area.left() + x * m_area.width(), m_area.top() + y * m_area.height()};
    }

    QPointF between(const QPointF& left, const QPointF& right, double seconds) const
    {
        const double share = (seconds - left.x()) / (right.x() - left.x());
        return {seconds, left.y() + share * (right.y() - left.y())};
    }

    void addPoint(double seconds, double value)
    {
        const QPointF point(seconds, value);
        const TimeRange& time = m_view.time;
        if (m_last && m_last->x() < time.from && seconds > time.from)
            m_line << onPaper(between(*m_last, point, time.from));
        if (time.contains(seconds))
            m_line << onPaper(point);
        else if (m_last && m_last->x() < time.to && seconds > time.to)
            m_line << onPaper(between(*m_last, point, time.to));
        m_last = point;
    }

    void finish()
    {
        if (!m_line.isEmpty())
            m_finished.push_back(std::move(m_line));
        m_line.clear();
        m_last.reset();
    }

    const PlotView& m_view;
    QRectF m_area;
    QPolygonF m_line;
    std::optional<QPointF> m_last;
    std::vector<QPolygonF> m_finished;
};

/// Piles traces up and turns each into areas: one per unbroken stretch, so that a gap in the data stays a gap
/// on paper.
class StackBuilder {
public:
    StackBuilder(const QRectF& area, int columns, double pixelsPerUnit)
        : m_area(area), m_pixelsPerColumn(area.width() / (columns - 1)), m_pixelsPerUnit(pixelsPerUnit),
          m_base(static_cast<std::size_t>(columns), area.bottom())
    {
    }

    std::vector<QPolygonF> addTrace(const std::vector<double>& means)
    {
        for (std::size_t column = 0; column < means.size(); ++column) {
            if (std::isnan(means[column])) {
                finish();
                continue;
            }
            const double x = m_area.left() + static_cast<double>(column) * m_pixelsPerColumn;
            double& base = m_base[column];
            m_lower << QPointF(x, base);
            base = std::max(m_area.top(), base - means[column] * m_pixelsPerUnit);
            m_upper << QPointF(x, base);
        }
        finish();
        return std::move(m_finished);
    }

private:
    void finish()
    {
        if (m_upper.size() > 1) {
            std::reverse(m_lower.begin(), m_lower.end());
            m_finished.push_back(m_upper + m_lower);
        }
        m_upper.clear();
        m_lower.clear();
    }

    QRectF m_area;
    double m_pixelsPerColumn;
    double m_pixelsPerUnit;
    std::vector<double> m_base;
    QPolygonF m_upper;
    QPolygonF m_lower;
    std::vector<QPolygonF> m_finished;
};

} // namespace

TraceItem::TraceItem(const PlotView& view, const Theme& theme, QChart* chart)
    : QGraphicsItem(chart), m_face(view.face), m_histories(view.histories), m_marks(view.marks),
      m_valueTicks(view.valueTicks), m_time(view.time), m_newest(view.newest), m_bottom(view.bottom),
      m_top(view.top), m_theme(theme), m_chart(chart)
{
    setZValue(5);
}

QRectF TraceItem::boundingRect() const
{
    return m_chart->rect();
}

QRectF TraceItem::plotArea() const
{
    return m_chart->plotArea();
}

PlotView TraceItem::view() const
{
    return {.face = m_face,
            .histories = m_histories,
            .marks = m_marks,
            .valueTicks = m_valueTicks,
            .time = m_time,
            .newest = m_newest,
            .bottom = m_bottom,
            .top = m_top};
}

void TraceItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    painter->save();
    if (m_face.scale == ScaleKind::Stacked)
        paintStack(*painter);
    else
        paintLines(*painter);
    paintMarks(*painter);
    painter->restore();
}

void TraceItem::paintLines(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const PlotView seen = view();
    for (std::size_t index = m_face.traces.size(); index-- > 0;) {
        const TraceFace& trace = m_face.traces[index];
        const double width = trace.style == TraceStyle::Reference ? referenceWidth : lineWidth;
        painter.setPen(QPen(m_theme.colour(trace.colour), width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        for (const QPolygonF& line : PolylineBuilder(seen, plotArea()).build(m_histories[index], trace.style))
            painter.drawPolyline(line);
    }
}

void TraceItem::paintStack(QPainter& painter) const
{
    const QRectF area = plotArea();
    const ColumnGrid grid = ColumnGrid::over(m_time, qRound(area.width()));
    StackBuilder stack(area, grid.count, area.height() / (m_top - m_bottom));
    std::vector<double> means;
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t index = 0; index < m_face.traces.size(); ++index) {
        meanPerColumn(m_histories[index], grid, m_newest, means);
        const QColor colour = m_theme.colour(m_face.traces[index].colour);
        painter.setPen(QPen(colour, 0.5)); // closes the seams that smooth edges leave between areas
        painter.setBrush(colour);
        for (const QPolygonF& polygon : stack.addTrace(means))
            painter.drawPolygon(polygon);
    }
    paintGridOver(painter);
}

void TraceItem::paintGridOver(QPainter& painter) const
{
    const QRectF area = plotArea();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(m_theme.gridOverAreas(), 1.0));
    for (const AxisTick& tick : m_valueTicks) {
        const double y = area.top() + (m_top - tick.position) / (m_top - m_bottom) * area.height();
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
    }
}

void TraceItem::paintMarks(QPainter& painter) const
{
    const QRectF area = plotArea();
    const QColor colour = m_theme.colour(ColourRole::Event);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(m_theme.labelFont());
    painter.setPen(QPen(colour, 1.0));
    std::vector<std::pair<double, QString>> labels;
    for (const EventMark& mark : m_marks) {
        if (!m_time.contains(mark.seconds) || mark.seconds > m_newest)
            continue;
        const double x = area.left() + (mark.seconds - m_time.from) / m_time.length() * area.width();
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        labels.emplace_back(x, mark.text);
    }
    const QFontMetricsF metrics(m_theme.labelFont());
    double freeFrom = area.left();
    for (const auto& [x, text] : labels) {
        const double textWidth = metrics.horizontalAdvance(text) + 6;
        const double left = x + 2 + textWidth > area.right() ? x - 2 - textWidth : x + 2;
        if (left < freeFrom)
            continue;
        painter.fillRect(QRectF(left, area.top() + 1, textWidth, metrics.height()), m_theme.paperUnderText());
        painter.drawText(QPointF(left + 3, area.top() + 1 + metrics.ascent()), text);
        freeFrom = left + textWidth + 4;
    }
}

} // namespace ipclab
