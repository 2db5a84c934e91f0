#pragma once

#include "gui/charts/chart_theme.h"
#include "gui/charts/value_scale.h"

#include <QPointF>
#include <QString>

#include <memory>
#include <vector>

class QChart;

namespace ipclab {

enum class PlotKind {
    Columns, ///< a polygon over the horizontal axis: the columns of a histogram of any widths
    Points,
    Lines, ///< points joined in their order
};

/// One of the two axes of a plot.
struct PlotAxis {
    QString title;
    Quantity quantity = Quantity::Count;
    ScaleKind scale = ScaleKind::Linear;
};

/// How far a value is to be trusted, in the quantity of the vertical axis.
struct PlotRange {
    double low = 0;
    double high = 0;
};

/// Values in the quantities of the axes. Of points the name stands in the legend, or beside each point (of a
/// line, its last) where they are labelled.
struct PlotSeries {
    QString name;
    QColor colour; ///< invalid: the next of the theme's categories
    std::vector<QPointF> points;
    std::vector<PlotRange> ranges = {}; ///< of lines, one for each point, or none at all
    bool isBackground = false;          ///< of lines: there for the others to be seen against
};

/// A place in the plot that has a meaning of its own.
struct PlotMark {
    QString text;
    QPointF point;
};

/// A chart that stands still: what came out of a run or of several, not how it went. A value.
struct Plot {
    QString id; ///< stable name for files: "read_sizes"
    QString title;
    QString description; ///< how to read it, as a tool tip
    PlotKind kind = PlotKind::Points;
    bool isLabelled = false; ///< the names stand beside the points, and there is no legend
    PlotAxis horizontal;
    PlotAxis vertical;
    std::vector<PlotSeries> series;
    std::vector<PlotMark> marks = {};
};

/// The columns of a histogram: adds one that reaches from `lower` to `upper` on the horizontal axis.
void addColumn(std::vector<QPointF>& columns, double lower, double upper, double height);

/// A chart of the plot in the colours of the theme, to be shown or exported in any size.
std::unique_ptr<QChart> chartOf(const Plot& plot, const Theme& theme);

/// What the plot shows, in a sentence, for who cannot see it.
QString textAlternative(const Plot& plot);

} // namespace ipclab
