#include "gui/widgets/duration_bars.h"

#include "gui/charts/number_text.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace ipclab {

namespace {

constexpr int captionWidth = 150;
constexpr int rowHeight = 54;
constexpr int rowSpacing = 8;
constexpr int axisHeight = 22;
constexpr int halfOctaves = 80; // up to 2^40 ns, 18 minutes
constexpr double tickDistance = 90;

int halfOctaveOf(double nanoseconds)
{
    return std::clamp(static_cast<int>(std::floor(2 * std::log2(std::max(nanoseconds, 1.0)))), 0,
                      halfOctaves - 1);
}

double nanosecondsAt(double halfOctave)
{
    return std::exp2(halfOctave / 2);
}

/// A bucket counts where its middle lies.
std::vector<std::uint64_t> barsOf(const LatencyCounts& durations)
{
    std::vector<std::uint64_t> bars(halfOctaves);
    for (std::size_t bucket = 0; bucket < durations.counts.size(); ++bucket) {
        const std::uint64_t low = LatencyGrid::lowerBound(bucket);
        const std::uint64_t next = LatencyGrid::lowerBound(bucket + 1);
        bars[static_cast<std::size_t>(halfOctaveOf(static_cast<double>(low + next) / 2))] +=
            durations.counts[bucket];
    }
    return bars;
}

QString durationAt(double halfOctave)
{
    return quantityText(nanosecondsAt(halfOctave), Quantity::Duration);
}

} // namespace

DurationBars::DurationBars(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("How long it blocks, as a histogram"));
}

void DurationBars::show(std::vector<Row> rows)
{
    m_rows = std::move(rows);
    m_bars.clear();
    m_first = halfOctaves;
    m_last = 0;
    for (const Row& row : m_rows) {
        m_bars.push_back(barsOf(row.durations));
        for (int bar = 0; bar < halfOctaves; ++bar) {
            if (m_bars.back()[static_cast<std::size_t>(bar)] == 0)
                continue;
            m_first = std::min(m_first, bar);
            m_last = std::max(m_last, bar);
        }
    }
    if (m_first > m_last)
        m_first = m_last = 0;
    updateGeometry();
    update();
}

QSize DurationBars::sizeHint() const
{
    return {500, static_cast<int>(m_rows.size()) * (rowHeight + rowSpacing) + axisHeight};
}

QRect DurationBars::rowArea(std::size_t row) const
{
    return {captionWidth, static_cast<int>(row) * (rowHeight + rowSpacing),
            std::max(width() - captionWidth - 50, 1), rowHeight};
}

double DurationBars::xOf(double halfOctave) const
{
    const QRect area = rowArea(0);
    return area.left() + (halfOctave - m_first) / (m_last + 1 - m_first) * area.width();
}

void DurationBars::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(Theme::fromPalette(palette()).labelFont());
    for (std::size_t row = 0; row < m_rows.size(); ++row)
        paintRow(painter, row);
    if (!m_rows.empty())
        paintAxis(painter);
}

void DurationBars::paintRow(QPainter& painter, std::size_t row) const
{
    const Theme theme = Theme::fromPalette(palette());
    const QRect area = rowArea(row);
    painter.setPen(theme.colour(ColourRole::Text));
    painter.drawText(QRect(0, area.top(), captionWidth - 10, area.height()),
                     Qt::AlignRight | Qt::AlignVCenter, m_rows[row].name);
    painter.setPen(theme.colour(ColourRole::MutedText));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    const auto highest =
        static_cast<double>(std::max<std::uint64_t>(*std::ranges::max_element(m_bars[row]), 1));
    for (int bar = m_first; bar <= m_last; ++bar) {
        const std::uint64_t count = m_bars[row][static_cast<std::size_t>(bar)];
        if (count == 0)
            continue;
        const double height =
            std::max(static_cast<double>(count) / highest * area.height(), 1.5); // rare ones are seen
        painter.fillRect(QRectF(xOf(bar) + 0.5, area.bottom() - height, xOf(bar + 1) - xOf(bar) - 1, height),
                         theme.colour(m_rows[row].colour));
    }
}

void DurationBars::paintAxis(QPainter& painter) const
{
    const int top = rowArea(m_rows.size() - 1).bottom() + 4;
    painter.setPen(Theme::fromPalette(palette()).colour(ColourRole::MutedText));
    double free = 0;
    for (int decade = 0; decade <= 12; ++decade) {
        const double halfOctave = 2 * std::log2(std::pow(10, decade));
        const double x = xOf(halfOctave);
        if (halfOctave < m_first || halfOctave > m_last + 1 || x < free)
            continue;
        painter.drawLine(QPointF(x, top - 4), QPointF(x, top));
        painter.drawText(QRectF(x - tickDistance / 2, top, tickDistance, axisHeight - 4),
                         Qt::AlignHCenter | Qt::AlignTop, durationAt(halfOctave));
        free = x + tickDistance;
    }
}

QString DurationBars::textAt(QPoint position) const
{
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        if (!rowArea(row).contains(position))
            continue;
        for (int bar = m_first; bar <= m_last; ++bar) {
            const std::uint64_t count = m_bars[row][static_cast<std::size_t>(bar)];
            if (position.x() >= xOf(bar) && position.x() < xOf(bar + 1) && count > 0)
                return tr("%1: %2 times %3 to %4")
                    .arg(m_rows[row].name, groupedText(static_cast<qint64>(count)), durationAt(bar),
                         durationAt(bar + 1));
        }
    }
    return {};
}

bool DurationBars::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), textAt(help->pos()), this);
    return true;
}

} // namespace ipclab
