#include "gui/charts/chart_content.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ipclab {

namespace {

constexpr double noValue = std::numeric_limits<double>::quiet_NaN();
constexpr double cursorTolerance = 0.04; // of the time in sight
constexpr std::size_t mostMarks = 200;

QString translated(const char* text)
{
    return QCoreApplication::translate("ipclab::ChartContent", text);
}

} // namespace

ChartContent::ChartContent(ChartFace face)
    : m_face(std::move(face)), m_scale(m_face.scale, m_face.quantity), m_histories(m_face.traces.size()),
      m_valueTicks(m_scale.ticks()), m_latest(m_face.traces.size(), noValue)
{
}

void ChartContent::append(double seconds, std::span<const double> values)
{
    Q_ASSERT(values.size() == m_histories.size());
    for (std::size_t index = 0; index < values.size(); ++index) {
        m_histories[index].push(seconds, m_scale.toAxis(values[index]));
        m_latest[index] = values[index];
    }
    noteChangeAt(seconds);
}

void ChartContent::append(double seconds, std::span<const Spread> values)
{
    Q_ASSERT(values.size() == m_histories.size());
    for (std::size_t index = 0; index < values.size(); ++index) {
        const Spread& value = values[index];
        m_histories[index].push(seconds, m_scale.toAxis(value.low), m_scale.toAxis(value.mean),
                                m_scale.toAxis(value.high));
        m_latest[index] = value.mean;
    }
    noteChangeAt(seconds);
}

void ChartContent::noteChangeAt(double seconds)
{
    if (!std::isfinite(seconds))
        return;
    const bool moves = !m_time.isPaused() && !m_time.isZoomed();
    m_time.advance(seconds);
    m_changed = m_changed || moves || (m_time.range().contains(seconds) && seconds <= m_time.newestShown());
}

void ChartContent::markEvent(double seconds, const QString& text)
{
    const auto later = [seconds](const EventMark& mark) { return mark.seconds > seconds; };
    m_marks.insert(std::find_if(m_marks.begin(), m_marks.end(), later), EventMark{seconds, text});
    if (m_marks.size() > mostMarks)
        m_marks.erase(m_marks.begin());
    m_changed = true;
}

void ChartContent::clear()
{
    for (TraceHistory& history : m_histories)
        history.clear();
    m_marks.clear();
    std::fill(m_latest.begin(), m_latest.end(), noValue);
    changeTime().restart();
}

TimeView& ChartContent::changeTime()
{
    m_scale.restart();
    m_changed = true;
    return m_time;
}

void ChartContent::followValues(int columns, double now)
{
    const PlotView inSight = view();
    if (m_scale.follow(extremesInSight(inSight, ColumnGrid::over(inSight.time, columns)), now))
        m_valueTicks = m_scale.ticks();
}

PlotView ChartContent::view() const
{
    return {.face = m_face,
            .histories = m_histories,
            .marks = m_marks,
            .valueTicks = m_valueTicks,
            .time = m_time.range(),
            .newest = m_time.newestShown(),
            .bottom = m_scale.bottom(),
            .top = m_scale.top()};
}

CursorReading ChartContent::readingAt(double seconds) const
{
    CursorReading reading{seconds, {}};
    const double tolerance = m_time.range().length() * cursorTolerance;
    const bool known = seconds <= m_time.newestShown() + tolerance;
    for (const TraceHistory& history : m_histories)
        reading.values.push_back(known ? m_scale.fromAxis(history.valueNear(seconds, tolerance)) : noValue);
    return reading;
}

QString ChartContent::textAlternative(int columns) const
{
    const ColumnGrid grid = ColumnGrid::over(m_time.range(), columns);
    QStringList sentences;
    for (std::size_t trace = 0; trace < m_face.traces.size(); ++trace)
        sentences << sentenceOf(trace, grid);
    return translated("%1: %2.").arg(m_face.title, sentences.join(QStringLiteral("; ")));
}

QString ChartContent::sentenceOf(std::size_t trace, const ColumnGrid& grid) const
{
    const QString& name = m_face.traces[trace].name;
    const Extremes seen = extremesOf(m_histories[trace], grid, m_time.newestShown());
    if (seen.low > seen.high)
        return translated("%1: no value").arg(name);
    return (m_time.isOver() ? translated("%1 at the end %2, min %3, max %4")
                            : translated("%1 now %2, min %3, max %4"))
        .arg(name, quantityText(m_latest[trace], m_face.quantity),
             quantityText(m_scale.fromAxis(seen.low), m_face.quantity),
             quantityText(m_scale.fromAxis(seen.high), m_face.quantity));
}

ChartContent ChartContent::frozen() const
{
    ChartContent copy = *this;
    TimeRange shown = m_time.range();
    if (shown.from < 0.0) // a window that is longer than the run so far
        shown = {0.0, std::max(shown.to, 1.0)};
    copy.changeTime().zoom(shown);
    return copy;
}

} // namespace ipclab
