#include "gui/charts/time_view.h"

#include "gui/charts/trace_history.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace ipclab {

namespace {

constexpr double shortestAxis = 5.0; // seconds

/// Grows in steps of at most a third, so that the axis is laid out rarely and yet mostly filled.
double axisLengthFor(double seconds)
{
    constexpr std::array factors{1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0};
    const double wanted = std::max(seconds, shortestAxis);
    const double power = std::pow(10.0, std::floor(std::log10(wanted)));
    for (const double factor : factors) {
        if (factor * power >= wanted)
            return factor * power;
    }
    return 10.0 * power;
}

/// People divide minutes by 15 and 30 seconds, not by 20 and 50.
double timeStep(double span, int pieces)
{
    constexpr std::array wholeSeconds{1.0,   2.0,   5.0,   10.0,   15.0,   30.0,   60.0,   120.0,
                                      300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 21600.0};
    const double rough = span / pieces;
    if (rough <= 1.0)
        return roundStep(span, pieces, Quantity::Count);
    for (const double step : wholeSeconds) {
        if (step >= rough)
            return step;
    }
    return roundStep(span, pieces, Quantity::Count);
}

QString timeText(double seconds, double step)
{
    if (seconds == 0.0)
        return QStringLiteral("0");
    if (step >= 60.0)
        return QCoreApplication::translate("ipclab::TimeView", "%1 min").arg(std::lround(seconds / 60.0));
    const int decimals = step >= 1.0 ? 0 : std::min(6, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    return QString::number(seconds, 'f', decimals) + QStringLiteral(" s");
}

} // namespace

void TimeView::setWindow(std::optional<double> seconds)
{
    m_window = seconds;
    m_zoom.reset();
}

void TimeView::advance(double seconds)
{
    m_newest = std::max(m_newest, seconds);
}

void TimeView::restart()
{
    m_newest = 0.0;
    m_isOver = false;
    m_zoom.reset();
    m_pausedAt.reset();
}

void TimeView::pause()
{
    if (!m_pausedAt)
        m_pausedAt = m_newest;
}

double TimeView::newestShown() const
{
    return m_zoom ? std::max(m_newest, m_zoom->to) : m_pausedAt.value_or(m_newest);
}

TimeRange TimeView::range() const
{
    if (m_zoom)
        return *m_zoom;
    const double newest = m_pausedAt.value_or(m_newest);
    if (!m_window || (m_isOver && *m_window > newest))
        return rangeOfWholeRun(newest);
    return {newest - *m_window, newest};
}

TimeRange TimeView::rangeOfWholeRun(double newest) const
{
    if (m_isOver && !isPaused() && newest > 0.0)
        return {0.0, newest + TraceHistory::finestWidth}; // the newest values are drawn a little later
    if (m_expectedLength && *m_expectedLength >= newest)
        return {0.0, *m_expectedLength};
    return {0.0, axisLengthFor(newest)};
}

std::vector<AxisTick> TimeView::ticks(int most) const
{
    return m_window && !m_zoom && !m_isOver ? ticksBeforeNow(most) : ticksOfRun(most);
}

std::vector<AxisTick> TimeView::ticksBeforeNow(int most) const
{
    const double step = timeStep(*m_window, most);
    std::vector<AxisTick> ticks;
    for (int back = static_cast<int>(std::floor(*m_window / step + 1e-9)); back > 0; --back) {
        const double seconds = back * step;
        ticks.push_back({1.0 - seconds / *m_window, u'−' + timeText(seconds, step)});
    }
    const QString end =
        isPaused() ? secondsText(*m_pausedAt) : QCoreApplication::translate("ipclab::TimeView", "now");
    ticks.push_back({1.0, end});
    return ticks;
}

std::vector<AxisTick> TimeView::ticksOfRun(int most) const
{
    const TimeRange shown = range();
    const double step = timeStep(shown.length(), most);
    std::vector<AxisTick> ticks;
    const auto first = static_cast<std::int64_t>(std::ceil(shown.from / step - 1e-9));
    const auto last = static_cast<std::int64_t>(std::floor(shown.to / step + 1e-9));
    for (auto at = first; at <= last; ++at) {
        const double seconds = static_cast<double>(at) * step;
        ticks.push_back({(seconds - shown.from) / shown.length(), timeText(seconds, step)});
    }
    return ticks;
}

} // namespace ipclab
