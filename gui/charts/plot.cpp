#include "gui/charts/plot.h"

#include "gui/charts/point_labels.h"

#include <QAreaSeries>
#include <QCategoryAxis>
#include <QChart>
#include <QCoreApplication>
#include <QLegend>
#include <QLineSeries>
#include <QScatterSeries>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ipclab {

namespace {

constexpr double markerSize = 8;
constexpr int mostOctaveTicks = 8;

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

DrawnAxis drawnAxis(const PlotAxis& axis, const Plot& plot, double (QPointF::*coordinate)() const)
{
    DrawnAxis drawn{.scale = ValueScale(axis.scale, axis.quantity), .bottom = 0, .top = 1, .ticks = {}};
    Extremes extremes{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    for (const PlotSeries& series : plot.series) {
        for (const QPointF& point : series.points) {
            const double position = drawn.scale.toAxis((point.*coordinate)());
            if (std::isnan(position))
                continue;
            extremes = {std::min(extremes.low, position), std::max(extremes.high, position)};
        }
    }
    drawn.scale.follow(extremes, 0);
    drawn.bottom = drawn.scale.bottom();
    drawn.top = drawn.scale.top();
    drawn.ticks = drawn.scale.ticks();
    const bool isEmpty = extremes.low > extremes.high;
    if (axis.scale == ScaleKind::Logarithmic && axis.quantity == Quantity::Bytes && !isEmpty)
        cutIntoOctaves(drawn, extremes);
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
QList<QPointF> placed(const PlotSeries& series, const DrawnAxis& horizontal, const DrawnAxis& vertical)
{
    QList<QPointF> points;
    for (const QPointF& point : series.points) {
        const QPointF position(horizontal.scale.toAxis(point.x()), vertical.scale.toAxis(point.y()));
        if (!std::isnan(position.x()) && !std::isnan(position.y()))
            points << position;
    }
    return points;
}

QXYSeries* makePoints(const QColor& colour, const Theme& theme)
{
    auto* points = new QScatterSeries;
    points->setMarkerSize(markerSize);
    points->setColor(colour);
    points->setBorderColor(theme.colour(ColourRole::Card));
    return points;
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
    QXYSeries* scatter = makePoints(colour, theme);
    scatter->replace(points);
    return scatter;
}

} // namespace

void addColumn(std::vector<QPointF>& columns, double lower, double upper, double height)
{
    columns.insert(columns.end(), {{lower, 0}, {lower, height}, {upper, height}, {upper, 0}});
}

std::unique_ptr<QChart> chartOf(const Plot& plot, const Theme& theme)
{
    auto chart = std::make_unique<QChart>();
    const DrawnAxis horizontal = drawnAxis(plot.horizontal, plot, &QPointF::x);
    const DrawnAxis vertical = drawnAxis(plot.vertical, plot, &QPointF::y);
    QCategoryAxis* below = makeAxis(plot.horizontal, horizontal);
    QCategoryAxis* left = makeAxis(plot.vertical, vertical);
    chart->addAxis(below, Qt::AlignBottom);
    chart->addAxis(left, Qt::AlignLeft);
    int category = 0;
    std::vector<PointLabel> labels;
    for (const PlotSeries& series : plot.series) {
        const QColor colour = series.colour.isValid() ? series.colour : theme.category(category);
        category += plot.isLabelled ? 0 : 1; // a name tells more than a colour
        const QList<QPointF> points = placed(series, horizontal, vertical);
        for (const QPointF& point : points)
            labels.push_back({series.name, point});
        QAbstractSeries* drawn = makeSeries(plot.kind, colour, points, theme);
        drawn->setName(series.name);
        chart->addSeries(drawn);
        drawn->attachAxis(below);
        drawn->attachAxis(left);
    }
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
