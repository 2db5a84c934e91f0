#pragma once

#include "gui/charts/chart_theme.h"

#include <QRect>

class QPainter;

namespace ipclab {

inline constexpr int timeAxisHeight = 24; ///< pixels, below the plot

/// The part of a run that is seen.
struct TimeSpan {
    double from = 0; ///< seconds
    double to = 1;
};

/// Labels the time under `plot`, from the whole run down to nanoseconds. Where steps are small only the first
/// tick says the moment in full; the others say what has passed since.
void paintTimeAxis(QPainter& painter, const Theme& theme, const QRect& plot, TimeSpan span);

} // namespace ipclab
