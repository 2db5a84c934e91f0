#include "gui/charts/plot.h"

#include "gui/charts/point_labels.h"

#include <QAreaSeries>
#include <QCategoryAxis>
#include <QChart>
#include <QCoreApplication>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QScatterSeries>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ipclab {

namespace {

constexpr double markerSize = 8;
constexpr double smallMarkerSize = 5;
constexpr double markSize = 13;
constexpr int mostOctaveTicks = 8;
/// Sizes from 1 B to 1 MiB, in axis units.
constexpr Extremes whereNothingIs{0, 6.02};

QString translated(const char* text)
{
    return QCoreApplication::translate("ipclab::Plot", text);
}

/// An axis as it is drawn: everything in axis units, as those of a ValueScale.
struct DrawnAxis {
    ValueScale scale;
    double bottom;
    double top;
    std::vector<AxisTick> ticks;
};

/// Sizes in bytes are powers of two, which no decade meets.
void cutIntoOctaves(DrawnAxis& axis, const Extremes& extremes)
{
    const double octave = std::log10(2.0);
    const int first = static_cast<int>(std::floor(extremes.low / octave + 1e-9));
    const int last = std::max(first + 2, static_cast<int>(std::ceil(extremes.high / octave - 1e-9)));
    const int stride = (last - first + mostOctaveTicks - 1) / mostOctaveTicks;
    axis.bottom = first * octave;
    axis.top = last * octave;
    axis.ticks.clear();
    for (int at = first; at <= last; at += stride)
        axis.ticks.push_back({at * octave, quantityText(std::exp2(at), Quantity::Bytes)});
}

/// All that has to be in sight along one axis.
std::vector<double> valuesAlong(Qt::Orientation orientation, const Plot& plot)
{
    std::vector<double> values;
    for (const PlotSeries& series : plot.series) {
        for (const QPointF& point : series.points)
            values.push_back(orientation == Qt::Horizontal ? point.x() : point.y());
        if (orientation == Qt::Vertical)
            for (const PlotRange& range : series.ranges)
                values.insert(values.end(), {range.low, range.high});
    }
    return values;
}

DrawnAxis drawnAxis(const PlotAxis& axis, const std::vector<double>& values)
{
    DrawnAxis drawn{.scale = ValueScale(axis.scale, axis.quantity), .bottom = 0, .top = 1, .ticks = {}};
    Extremes extremes{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    for (const double value : values) {
        const double position = drawn.scale.toAxis(value);
        if (!std::isnan(position))
            extremes = {std::min(extremes.low, position), std::max(extremes.high, position)};
    }
    drawn.scale.follow(extremes, 0);
    drawn.bottom = drawn.scale.bottom();
    drawn.top = drawn.scale.top();
    drawn.ticks = drawn.scale.ticks();
    if (axis.scale == ScaleKind::Logarithmic && axis.quantity == Quantity::Bytes)
        cutIntoOctaves(drawn, extremes.low > extremes.high ? whereNothingIs : extremes);
    return drawn;
}

QCategoryAxis* makeAxis(const PlotAxis& face, const DrawnAxis& drawn)
{
    auto* axis = new QCategoryAxis;
    axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    axis->setTruncateLabels(false);
    axis->setTitleText(face.title);
    axis->setStartValue(drawn.bottom - (drawn.top - drawn.bottom));
    for (const AxisTick& tick : drawn.ticks)
        axis->append(tick.text, tick.position);
    axis->setRange(drawn.bottom, drawn.top);
    return axis;
}

/// In axis units; what cannot be shown is left out.
QList<QPointF> placed(const std::vector<QPointF>& values, const DrawnAxis& horizontal,
                      const DrawnAxis& vertical)
{
    QList<QPointF> points;
    for (const QPointF& value : values) {
        const QPointF position(horizontal.scale.toAxis(value.x()), vertical.scale.toAxis(value.y()));
        if (!std::isnan(position.x()) && !std::isnan(position.y()))
            points << position;
    }
    return points;
}

/// The way of a pen that draws, at each point, from it to both ends of its range and back.
std::vector<QPointF> lineThrough(const PlotSeries& series)
{
    if (series.ranges.empty())
        return series.points;
    std::vector<QPointF> way;
    for (std::size_t index = 0; index < series.points.size(); ++index) {
        const QPointF& point = series.points[index];
        const PlotRange& range = series.ranges[index];
        way.insert(way.end(), {point, {point.x(), range.low}, {point.x(), range.high}, point});
    }
    return way;
}

QXYSeries* makePoints(const QColor& colour, double size, const Theme& theme)
{
    auto* points = new QScatterSeries;
    points->setMarkerSize(size);
    points->setColor(colour);
    points->setBorderColor(theme.colour(ColourRole::Card));
    return points;
}

QLineSeries* makeLine(const QColor& colour, double width, const QList<QPointF>& points)
{
    auto* line = new QLineSeries;
    line->setPen(QPen(colour, width));
    line->replace(points);
    return line;
}

QAbstractSeries* makeSeries(PlotKind kind, const QColor& colour, const QList<QPointF>& points,
                            const Theme& theme)
{
    if (kind == PlotKind::Columns) {
        auto* outline = new QLineSeries;
        outline->replace(points);
        auto* area = new QAreaSeries(outline);
        outline->setParent(area);
        area->setColor(colour);
        area->setBorderColor(colour);
        return area;
    }
    QXYSeries* scatter = makePoints(colour, markerSize, theme);
    scatter->replace(points);
    return scatter;
}

/// Rings, around what is of interest.
QXYSeries* makeMarks(const QList<QPointF>& points, const Theme& theme)
{
    QXYSeries* marks = makePoints(Qt::transparent, markSize, theme);
    static_cast<QScatterSeries*>(marks)->setBorderColor(theme.colour(ColourRole::Text));
    marks->replace(points);
    return marks;
}

/// The series of a plot as they come into a chart, one after the other.
class ChartFiller final {
public:
    ChartFiller(QChart& chart, const Plot& plot, const Theme& theme)
        : m_chart(chart), m_plot(plot), m_theme(theme),
          m_horizontal(drawnAxis(plot.horizontal, valuesAlong(Qt::Horizontal, plot))),
          m_vertical(drawnAxis(plot.vertical, valuesAlong(Qt::Vertical, plot))),
          m_below(makeAxis(plot.horizontal, m_horizontal)), m_left(makeAxis(plot.vertical, m_vertical))
    {
        chart.addAxis(m_below, Qt::AlignBottom);
        chart.addAxis(m_left, Qt::AlignLeft);
    }

    void add(const PlotSeries& series)
    {
        const QList<QPointF> points = placed(series.points, m_horizontal, m_vertical);
        if (m_plot.kind == PlotKind::Lines)
            addLine(series, points);
        else
            addPoints(series, points);
    }

    void addMarks()
    {
        std::vector<QPointF> places;
        for (const PlotMark& mark : m_plot.marks)
            places.push_back(mark.point);
        const QList<QPointF> points = placed(places, m_horizontal, m_vertical);
        if (points.empty())
            return;
        attachUnnamed(makeMarks(points, m_theme));
        for (const PlotMark& mark : m_plot.marks)
            if (const QList<QPointF> point = placed({mark.point}, m_horizontal, m_vertical); !point.empty())
                m_labels.push_back({mark.text, point.front()});
    }

    std::vector<PointLabel> labels() { return std::move(m_labels); }

private:
    void addPoints(const PlotSeries& series, const QList<QPointF>& points)
    {
        const QColor colour = colourOf(series);
        m_category += m_plot.isLabelled ? 0 : 1; // a name tells more than a colour
        for (const QPointF& point : points)
            m_labels.push_back({series.name, point});
        QAbstractSeries* drawn = makeSeries(m_plot.kind, colour, points, m_theme);
        drawn->setName(series.name);
        attach(drawn);
    }

    void addLine(const PlotSeries& series, const QList<QPointF>& points)
    {
        const QColor colour = series.isBackground ? m_theme.backgroundLine() : colourOf(series);
        m_category += series.isBackground ? 0 : 1;
        if (!points.empty())
            m_labels.push_back({series.name, points.back()});
        QLineSeries* line = makeLine(colour, series.isBackground ? 1.2 : 2,
                                     placed(lineThrough(series), m_horizontal, m_vertical));
        line->setName(series.name);
        attach(line);
        QXYSeries* dots = makePoints(colour, series.isBackground ? smallMarkerSize : markerSize, m_theme);
        dots->replace(points);
        attachUnnamed(dots);
    }

    QColor colourOf(const PlotSeries& series) const
    {
        return series.colour.isValid() ? series.colour : m_theme.category(m_category);
    }

    void attach(QAbstractSeries* series)
    {
        m_chart.addSeries(series);
        series->attachAxis(m_below);
        series->attachAxis(m_left);
    }
    void attachUnnamed(QAbstractSeries* series)
    {
        attach(series);
        for (QLegendMarker* marker : m_chart.legend()->markers(series))
            marker->setVisible(false);
    }

    QChart& m_chart;
    const Plot& m_plot;
    const Theme& m_theme;
    const DrawnAxis m_horizontal;
    const DrawnAxis m_vertical;
    QCategoryAxis* const m_below; ///< these two are the chart's
    QCategoryAxis* const m_left;
    int m_category = 0;
    std::vector<PointLabel> m_labels;
};

} // namespace

void addColumn(std::vector<QPointF>& columns, double lower, double upper, double height)
{
    columns.insert(columns.end(), {{lower, 0}, {lower, height}, {upper, height}, {upper, 0}});
}

std::unique_ptr<QChart> chartOf(const Plot& plot, const Theme& theme)
{
    auto chart = std::make_unique<QChart>();
    ChartFiller filler(*chart, plot, theme);
    for (const PlotSeries& series : plot.series)
        filler.add(series);
    filler.addMarks();
    std::vector<PointLabel> labels = filler.labels();
    chart->setTitle(plot.title);
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->setBackgroundRoundness(0);
    chart->legend()->setVisible(!plot.isLabelled && plot.series.size() > 1);
    theme.applyTo(*chart);
    if (plot.isLabelled && !labels.empty())
        new PointLabels(chart.get(), std::move(labels), theme); // the chart owns it
    return chart;
}

QString textAlternative(const Plot& plot)
{
    QStringList parts;
    for (const PlotSeries& series : plot.series) {
        const bool isOne = series.points.size() == 1;
        parts << (isOne ? translated("%1: %2, %3")
                              .arg(series.name,
                                   quantityText(series.points.front().x(), plot.horizontal.quantity),
                                   quantityText(series.points.front().y(), plot.vertical.quantity))
                        : translated("%1: %2 values").arg(series.name).arg(series.points.size()));
    }
    return QStringLiteral("%1. %2 %3.").arg(plot.title, plot.description, parts.join(QStringLiteral("; ")));
}

} // namespace ipclab
