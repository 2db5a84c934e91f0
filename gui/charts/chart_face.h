#pragma once

#include "gui/charts/chart_theme.h"
#include "gui/charts/number_text.h"

#include <QString>

#include <vector>

namespace ipclab {

/// How the value axis goes; stacked traces fill the plot from the ground, in shares.
enum class ScaleKind { Linear, Logarithmic, Stacked };

enum class TraceStyle {
    Line,     ///< joins its values
    Step,     ///< holds each value until the next one
    Reference ///< a limit to compare with: drawn thinner, and part of the value axis like any other
};

/// How one trace of a chart looks.
struct TraceFace {
    QString name;
    ColourRole colour;
    TraceStyle style = TraceStyle::Line;
};

/// Everything that tells one live chart from another; a new chart is a new value of this type.
/// The first trace is drawn on top (or, stacked, at the bottom) and stands first in the legend.
struct ChartFace {
    QString id;          ///< stable name for files and settings: "throughput"
    QString title;       ///< "Throughput"
    QString description; ///< one sentence on how to read it, shown as a tool tip
    Quantity quantity = Quantity::Count;
    ScaleKind scale = ScaleKind::Linear;
    std::vector<TraceFace> traces;
};

} // namespace ipclab
