#include "gui/charts/value_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ipclab {

namespace {

constexpr double never = -std::numeric_limits<double>::infinity();
constexpr double shortestStay = 1.0;  // seconds between two changes
constexpr double patience = 2.0;      // seconds of little use before the range shrinks
constexpr double headroom = 1.02;     // so that the highest line keeps its full width
constexpr double fewestDecades = 2.0; // a narrower logarithmic range would blow noise up
constexpr int mostSteps = 5;

double powerOfTwoStep(double rough)
{
    return std::max(1.0, std::exp2(std::ceil(std::log2(rough) - 1e-9)));
}

} // namespace

double roundStep(double span, int pieces, Quantity quantity)
{
    const double rough = span / pieces;
    if (!(rough > 0.0))
        return 1.0;
    if (quantity == Quantity::Bytes)
        return powerOfTwoStep(rough);
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough * (1 - 1e-9))
            return factor * power;
    }
    return 10.0 * power;
}

ValueScale::ValueScale(ScaleKind kind, Quantity quantity) : m_kind(kind), m_quantity(quantity)
{
    restart();
    const Range nothing = rangeFor({1.0, 0.0});
    m_bottom = nothing.bottom;
    m_top = nothing.top;
}

void ValueScale::restart()
{
    m_lastChange = never;
    m_smallSince = never;
}

double ValueScale::toAxis(double value) const
{
    if (!std::isfinite(value) || (m_kind == ScaleKind::Logarithmic && value <= 0.0))
        return std::numeric_limits<double>::quiet_NaN();
    return m_kind == ScaleKind::Logarithmic ? std::log10(value) : value;
}

double ValueScale::fromAxis(double position) const
{
    return m_kind == ScaleKind::Logarithmic ? std::pow(10.0, position) : position;
}

ValueScale::Range ValueScale::rangeFor(const Extremes& inSight) const
{
    if (m_quantity == Quantity::Share)
        return {0.0, 1.0};
    const bool nothing = inSight.low > inSight.high;
    if (m_kind == ScaleKind::Logarithmic) {
        const double bottom = nothing ? 3.0 : std::floor(inSight.low);
        const double top = nothing ? 6.0 : std::ceil(inSight.high + 0.02);
        return {bottom, std::max(top, bottom + fewestDecades)};
    }
    const double high = nothing || inSight.high <= 0.0 ? 1.0 : inSight.high * headroom;
    const double step = roundStep(high, mostSteps, m_quantity);
    const double low = nothing || inSight.low >= 0.0 ? 0.0 : std::floor(inSight.low / step) * step;
    return {low, std::ceil(high / step - 1e-9) * step};
}

bool ValueScale::follow(const Extremes& inSight, double now)
{
    const Range wanted = rangeFor(inSight);
    const Range current{m_bottom, m_top};
    const bool cutsOff = wanted.top > m_top || wanted.bottom < m_bottom;
    const bool littleUsed = wanted.top - wanted.bottom <= 0.5 * (m_top - m_bottom) ||
                            (m_kind == ScaleKind::Logarithmic && wanted != current);
    if (m_lastChange != never && !cutsOff) {
        if (!littleUsed)
            m_smallSince = never;
        else if (m_smallSince == never)
            m_smallSince = now;
        if (!littleUsed || now - m_smallSince < patience)
            return false;
    }
    if (wanted == current || now - m_lastChange < shortestStay)
        return false;
    m_bottom = wanted.bottom;
    m_top = wanted.top;
    m_lastChange = now;
    m_smallSince = never;
    return true;
}

std::vector<AxisTick> ValueScale::ticks() const
{
    return m_kind == ScaleKind::Logarithmic ? logarithmicTicks() : linearTicks();
}

std::vector<AxisTick> ValueScale::linearTicks() const
{
    const double step =
        m_quantity == Quantity::Share ? 0.25 : roundStep(m_top - m_bottom, mostSteps, m_quantity);
    std::vector<AxisTick> ticks;
    const auto first = std::llround(m_bottom / step);
    const auto last = std::llround(m_top / step);
    for (auto at = first; at <= last; ++at) {
        const double value = static_cast<double>(at) * step;
        ticks.push_back({value, tickText(value, step, std::max(m_top, -m_bottom), m_quantity)});
    }
    return ticks;
}

std::vector<AxisTick> ValueScale::logarithmicTicks() const
{
    const int decades = static_cast<int>(std::lround(m_top - m_bottom));
    const int stride = std::max(1, (decades + mostSteps) / (mostSteps + 1));
    std::vector<AxisTick> ticks;
    for (int decade = 0; decade <= decades; decade += stride) {
        const double value = fromAxis(m_bottom + decade);
        ticks.push_back({m_bottom + decade, tickText(value, value, value, m_quantity)});
    }
    return ticks;
}

} // namespace ipclab
