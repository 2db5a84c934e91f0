#pragma once

#include "gui/charts/chart_face.h"

#include <QString>

#include <vector>

namespace ipclab {

/// A labelled place on an axis, in axis units.
struct AxisTick {
    double position;
    QString text;

    bool operator==(const AxisTick&) const = default;
};

/// The smallest and largest axis value in sight; nothing is in sight while low > high.
struct Extremes {
    double low;
    double high;
};

/// The smallest of 1, 2 or 5 times a power of ten (for bytes: a power of two) that cuts `span` into at most
/// `pieces` steps.
double roundStep(double span, int pieces, Quantity quantity);

/// The value axis. It works in axis units: the value itself, or its decimal logarithm on a logarithmic scale,
/// taken once when a value arrives. The range follows the data over 1-2-5 numbers with hysteresis: it grows
/// when something would be cut off, shrinks only when less than half of it has been used for a while, and
/// never changes more than once a second. When nothing more comes, restart() lets it end up right.
class ValueScale {
public:
    ValueScale(ScaleKind kind, Quantity quantity);

    /// NaN for what cannot be shown: zero and below on a logarithmic scale, infinities anywhere.
    double toAxis(double value) const;
    double fromAxis(double position) const;

    /// Adapts the range to what is in sight at the time `now` (seconds on any steady clock). True if it
    /// changed.
    bool follow(const Extremes& inSight, double now);

    /// Lets the next follow() adapt at once, as after a change of view.
    void restart();

    double bottom() const { return m_bottom; }
    double top() const { return m_top; }
    std::vector<AxisTick> ticks() const;

private:
    struct Range {
        double bottom;
        double top;
        bool operator==(const Range&) const = default;
    };

    Range rangeFor(const Extremes& inSight) const;
    std::vector<AxisTick> linearTicks() const;
    std::vector<AxisTick> logarithmicTicks() const;

    ScaleKind m_kind;
    Quantity m_quantity;
    double m_bottom;
    double m_top;
    double m_lastChange;
    double m_smallSince;
};

} // namespace ipclab
