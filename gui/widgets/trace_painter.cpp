#include "gui/widgets/trace_painter.h"

#include "gui/charts/number_text.h"
#include "gui/state_colour.h"

#include <QImage>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ipclab {

namespace {

constexpr int barHeight = 13;
constexpr int barMargin = 3; // to the lane's edge
constexpr double narrowestBar = 2;
constexpr double pixelsOfABar = 3; // on average, for bars to be drawn singly
constexpr std::size_t mostFlights = 400;
constexpr Nanoseconds longestColumn =
    std::chrono::milliseconds(5); // above it the samples say more: they know who is ready

struct TracedState {
    TraceKind kind;
    WorkerState state;
};
constexpr std::array tracedStates{TracedState{TraceKind::BlockedSending, WorkerState::BlockedSending},
                                  TracedState{TraceKind::BlockedReceiving, WorkerState::BlockedReceiving},
                                  TracedState{TraceKind::Pacing, WorkerState::Pacing},
                                  TracedState{TraceKind::Sleeping, WorkerState::Sleeping}};

void fillColumn(QImage& image, int x, std::pair<int, int> rows, QRgb colour)
{
    for (int y = rows.first; y < rows.second; ++y)
        reinterpret_cast<QRgb*>(image.scanLine(y))[x] = colour;
}

} // namespace

double LaneView::xOf(Nanoseconds time) const
{
    const double seconds = std::chrono::duration<double>(time).count();
    return plot.left() + (seconds - from) / (to - from) * plot.width();
}

Nanoseconds LaneView::timeAt(double x) const
{
    const double seconds = from + (x - plot.left()) / plot.width() * (to - from);
    return Nanoseconds(std::llround(seconds * 1e9));
}

TracePainter::TracePainter(const TraceIndex& index, const LaneView& view, const Theme& theme)
    : m_index(index), m_view(view), m_theme(theme), m_from(view.timeAt(view.plot.left())),
      m_to(view.timeAt(view.plot.left() + view.plot.width()))
{
}

std::span<const std::uint32_t> TracePainter::visible(std::size_t worker, TraceKind kind) const
{
    return m_index.within(worker, kind, m_from, m_to);
}

bool TracePainter::showsSingly(std::size_t worker, TraceKind kind) const
{
    return static_cast<double>(visible(worker, kind).size()) * pixelsOfABar <= m_view.plot.width();
}

bool TracePainter::showsStates() const
{
    return (m_to - m_from) / std::max(m_view.plot.width(), 1) < longestColumn;
}

void TracePainter::paint(QPainter& painter) const
{
    painter.save();
    painter.setClipRect(m_view.plot);
    for (std::size_t worker = 0; worker < m_index.workers(); ++worker) {
        if (showsStates())
            paintStates(painter, worker);
        for (const TraceKind kind : {TraceKind::Send, TraceKind::Receive})
            paintTransfers(painter, worker, kind);
    }
    for (std::size_t worker = 0; worker < m_index.workers(); ++worker)
        paintFlights(painter, worker);
    painter.restore();
}

/// What is no wait was work, as far as the worker knows itself: it may have waited for a core.
void TracePainter::paintStates(QPainter& painter, std::size_t worker) const
{
    const QRect area = m_view.lanes[worker];
    const TraceIndex::Span span = m_index.spanOf(worker);
    const double left = std::max<double>(m_view.xOf(span.begin), area.left());
    const double right = std::min<double>(m_view.xOf(span.end), area.right() + 1);
    const int columns = static_cast<int>((right - left) * m_view.pixelRatio);
    if (columns <= 0)
        return;
    const int height = static_cast<int>(area.height() * m_view.pixelRatio);
    QImage image(columns, height, QImage::Format_RGB32);
    image.fill(m_theme.colour(colourRoleOf(WorkerState::Running)));
    for (int x = 0; x < columns; ++x) {
        const Nanoseconds from = m_view.timeAt(left + x / m_view.pixelRatio);
        const Nanoseconds to =
            std::max(m_view.timeAt(left + (x + 1) / m_view.pixelRatio), from + Nanoseconds(1));
        int top = 0;
        for (const auto& [kind, state] : tracedStates) {
            const double share = static_cast<double>(m_index.filled(worker, kind, from, to).count()) /
                                 static_cast<double>((to - from).count());
            const int next = std::min(height, top + static_cast<int>(std::lround(share * height)));
            fillColumn(image, x, {top, next}, m_theme.colour(colourRoleOf(state)).rgb());
            top = next;
        }
    }
    image.setDevicePixelRatio(m_view.pixelRatio);
    painter.drawImage(QPointF(left, area.top()), image);
}

QRectF TracePainter::barOf(const TraceSpot& spot) const
{
    const TraceEvent& event = m_index.at(spot);
    const QRect area = m_view.lanes[spot.worker];
    const bool isSend = event.kind == TraceKind::Send;
    const double left = std::max<double>(m_view.xOf(event.begin), area.left() - 2);
    const double right = std::min<double>(m_view.xOf(event.end), area.right() + 3);
    const double top = isSend ? area.top() + barMargin : area.bottom() + 1 - barMargin - barHeight;
    return {left, top, std::max(right - left, narrowestBar), barHeight};
}

void TracePainter::paintTransfers(QPainter& painter, std::size_t worker, TraceKind kind) const
{
    if (!showsSingly(worker, kind))
        return paintBurst(painter, worker, kind);
    for (const std::uint32_t event : visible(worker, kind))
        paintBar(painter, {static_cast<std::uint32_t>(worker), event}, m_theme.colour(ColourRole::Text));
}

/// How many in each column of pixels, on a logarithmic scale.
void TracePainter::paintBurst(QPainter& painter, std::size_t worker, TraceKind kind) const
{
    const QRect area = m_view.lanes[worker];
    const double top =
        kind == TraceKind::Send ? area.top() + barMargin : area.bottom() + 1 - barMargin - barHeight;
    for (int x = area.left(); x <= area.right(); ++x) {
        const std::size_t count = m_index.within(worker, kind, m_view.timeAt(x), m_view.timeAt(x + 1)).size();
        if (count == 0)
            continue;
        const double height = std::min<double>(2 + 3 * std::log10(static_cast<double>(count)), barHeight);
        const double begin = kind == TraceKind::Send ? top : top + barHeight - height;
        painter.fillRect(QRectF(x, begin, 1, height), m_theme.colour(ColourRole::MutedText));
    }
}

void TracePainter::paintBar(QPainter& painter, const TraceSpot& spot, const QColor& edge) const
{
    const QRectF bar = barOf(spot);
    if (bar.width() <= 2 * narrowestBar)
        return painter.fillRect(bar, edge);
    painter.setPen(QPen(edge, 1));
    painter.setBrush(m_theme.colour(ColourRole::Card));
    painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5));
    const QString number = groupedText(static_cast<qint64>(m_index.at(spot).message));
    if (painter.fontMetrics().horizontalAdvance(number) + 4 < bar.width())
        painter.drawText(bar, Qt::AlignCenter, number);
}

void TracePainter::paintFlights(QPainter& painter, std::size_t worker) const
{
    const std::span<const std::uint32_t> sends = visible(worker, TraceKind::Send);
    if (!showsSingly(worker, TraceKind::Send) || sends.size() > mostFlights)
        return;
    QColor colour = m_theme.colour(ColourRole::Text);
    colour.setAlpha(150);
    painter.setPen(QPen(colour, 1));
    for (const std::uint32_t event : sends) {
        const TraceSpot send{static_cast<std::uint32_t>(worker), event};
        if (const std::optional<TraceSpot> receive = m_index.partnerOf(send))
            paintFlight(painter, send, *receive);
    }
}

/// From the end of the send to the end of the receive, with a head.
void TracePainter::paintFlight(QPainter& painter, const TraceSpot& from, const TraceSpot& to) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF send = barOf(from);
    const QRectF receive = barOf(to);
    const bool isDown = send.top() < receive.top();
    const QPointF begin(m_view.xOf(m_index.at(from).end), isDown ? send.bottom() : send.top());
    const QPointF end(m_view.xOf(m_index.at(to).end), isDown ? receive.top() : receive.bottom());
    painter.drawLine(begin, end);
    const QPointF way = end - begin;
    const double length = std::max(std::hypot(way.x(), way.y()), 1.0);
    const QPointF back = way / length * 6;
    const QPointF aside(-back.y() / 2, back.x() / 2);
    painter.drawLine(end, end - back + aside);
    painter.drawLine(end, end - back - aside);
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void TracePainter::paintWay(QPainter& painter, const std::vector<TraceSpot>& way) const
{
    painter.save();
    painter.setClipRect(m_view.plot);
    const QColor colour = m_theme.colour(ColourRole::Event);
    for (std::size_t step = 0; step < way.size(); ++step) {
        paintBar(painter, way[step], colour);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, 2));
        painter.drawRect(barOf(way[step]).adjusted(-1, -1, 1, 1));
        const bool isFlight = step > 0 && m_index.at(way[step]).kind == TraceKind::Receive;
        if (isFlight)
            paintFlight(painter, way[step - 1], way[step]);
    }
    painter.restore();
}

std::optional<TraceSpot> TracePainter::spotAt(QPointF position) const
{
    constexpr double reach = 2; // pixels beside a thin bar
    for (std::uint32_t worker = 0; worker < m_index.workers(); ++worker) {
        const QRect area = m_view.lanes[worker];
        if (!area.contains(position.toPoint()))
            continue;
        const bool isUpper = position.y() < area.center().y();
        const TraceKind first = isUpper ? TraceKind::Send : TraceKind::Receive;
        const Nanoseconds from = m_view.timeAt(position.x() - reach);
        const Nanoseconds to = m_view.timeAt(position.x() + reach) + Nanoseconds(1);
        for (const TraceKind kind : {first, TraceKind::BlockedSending, TraceKind::BlockedReceiving,
                                     TraceKind::Pacing, TraceKind::Sleeping})
            if (const auto events = m_index.within(worker, kind, from, to);
                !events.empty() && (!isTransfer(kind) || showsSingly(worker, kind)))
                return TraceSpot{worker, events.front()};
    }
    return std::nullopt;
}

} // namespace ipclab
