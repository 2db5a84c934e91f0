#include "gui/widgets/time_axis.h"

#include "gui/charts/number_text.h"
#include "gui/models/trace_text.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ipclab {

namespace {

constexpr double pixelsOfAStep = 90;
constexpr double smallStep = 1e-3;

/// 1, 2 or 5 times a power of ten, so that there are about `count` steps.
double stepFor(double length, double count)
{
    const double raw = length / count;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= raw)
            return factor * power;
    return 10 * power;
}

QString tickText(double first, double passed, double step)
{
    const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step))));
    if (step >= smallStep || passed == 0)
        return momentText(first + passed, decimals);
    return QCoreApplication::translate("TimeAxis", "+%1").arg(quantityText(passed * 1e9, Quantity::Duration));
}

} // namespace

void paintTimeAxis(QPainter& painter, const Theme& theme, const QRect& plot, TimeSpan span)
{
    const double step = stepFor(span.to - span.from, std::max(plot.width() / pixelsOfAStep, 2.0));
    const double first = std::ceil(span.from / step) * step;
    painter.setPen(theme.colour(ColourRole::MutedText));
    const double rightEdge = painter.window().right();
    for (int index = 0; first + index * step <= span.to; ++index) {
        const double x =
            plot.left() + (first + index * step - span.from) / (span.to - span.from) * plot.width();
        const QString text = tickText(first, index * step, step);
        const double width = painter.fontMetrics().horizontalAdvance(text) + 1;
        const double left = std::min(x - width / 2, rightEdge - width);
        painter.drawText(QRectF(left, plot.bottom() + 4, width, timeAxisHeight - 4), Qt::AlignTop, text);
    }
}

} // namespace ipclab
