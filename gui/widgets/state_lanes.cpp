#include "gui/widgets/state_lanes.h"

#include "gui/charts/number_text.h"
#include "gui/models/trace_text.h"
#include "gui/state_colour.h"
#include "gui/widgets/time_axis.h"

#include <QHelpEvent>
#include <QImage>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ipclab {

namespace {

constexpr int captionWidth = 104;
constexpr int leastLaneHeight = 46;
constexpr int mostLaneHeight = 110;
constexpr int laneSpacing = 8;
constexpr int axisHeight = timeAxisHeight;
constexpr int markHeight = 14;
constexpr double shortestViewOfSamples = 0.02; // seconds
constexpr double shortestViewOfATrace = 200e-9;
constexpr double zoomOfAKey = 0.5;
constexpr double clickTolerance = 4; // pixels

/// One column a pixel, the states on top of each other.
QImage laneImage(const std::vector<StateShares>& columns, int height, const Theme& theme)
{
    QImage image(static_cast<int>(columns.size()), height, QImage::Format_RGB32);
    image.fill(theme.colour(ColourRole::Window));
    std::array<QRgb, workerStateCount> colours{};
    for (std::size_t state = 0; state < workerStateCount; ++state)
        colours[state] = theme.colour(colourRoleOf(static_cast<WorkerState>(state))).rgb();
    for (int x = 0; x < image.width(); ++x) {
        double sum = 0;
        int y = height;
        for (std::size_t state = 0; state < workerStateCount; ++state) {
            sum += columns[static_cast<std::size_t>(x)][state];
            const int top = height - static_cast<int>(std::lround(std::min(sum, 1.0) * height));
            while (y > top)
                reinterpret_cast<QRgb*>(image.scanLine(--y))[x] = colours[state];
        }
    }
    return image;
}

} // namespace

StateLanes::StateLanes(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("What each worker was doing"));
}

void StateLanes::begin(const QStringList& roles)
{
    m_roles = roles;
    m_history.begin(static_cast<std::size_t>(roles.size()));
    m_marks.clear();
    m_isZoomed = false;
    setTrace(nullptr);
    updateGeometry();
    update();
}

void StateLanes::mark(double seconds, const QString& text)
{
    m_marks.push_back({seconds, text});
}

void StateLanes::show(double from, double to)
{
    const double length = std::max(to - from, shortestView());
    m_from = std::max(from, 0.0);
    m_to = m_from + length;
    m_isZoomed = true;
    update();
}

void StateLanes::showAll()
{
    m_isZoomed = false;
    update();
}

double StateLanes::shortestView() const
{
    return m_trace ? shortestViewOfATrace : shortestViewOfSamples;
}

void StateLanes::setTrace(std::shared_ptr<const TraceIndex> trace)
{
    m_trace = std::move(trace);
    choose(std::nullopt);
}

void StateLanes::setFollowing(bool isFollowing)
{
    m_isFollowing = isFollowing;
    tellChosen();
    update();
}

void StateLanes::choose(std::optional<TraceSpot> spot)
{
    m_chosen = spot;
    tellChosen();
    update();
}

void StateLanes::tellChosen()
{
    if (!m_chosen)
        return emit told({});
    const bool hasWay = m_isFollowing && isTransfer(m_trace->at(*m_chosen).kind);
    emit told(hasWay ? waySentence(*m_trace, *m_chosen) : sentenceOf(*m_trace, *m_chosen));
}

void StateLanes::step(Step direction)
{
    if (!m_trace)
        return;
    std::optional<TraceSpot> next;
    if (!m_chosen || !isTransfer(m_trace->at(*m_chosen).kind)) {
        next = m_trace->transferFrom(laneView().timeAt(plotArea().left()));
        next = next ? next : m_trace->firstTransfer();
    } else {
        next = direction == Step::Forward ? m_trace->nextTransfer(*m_chosen)
                                          : m_trace->previousTransfer(*m_chosen);
    }
    if (!next)
        return;
    bringIntoSight(*next);
    choose(next);
}

bool StateLanes::isInSight(const TraceEvent& event) const
{
    const LaneView view = laneView();
    const bool isInside =
        view.xOf(event.end) > plotArea().left() && view.xOf(event.begin) < plotArea().right();
    return isInside && view.xOf(event.end) - view.xOf(event.begin) >= 2;
}

/// Its whole way, with room around it.
void StateLanes::bringIntoSight(const TraceSpot& spot)
{
    if (isInSight(m_trace->at(spot)))
        return;
    Nanoseconds begin = m_trace->at(spot).begin;
    Nanoseconds end = m_trace->at(spot).end;
    for (const TraceSpot& each : m_trace->wayOf(spot)) {
        begin = std::min(begin, m_trace->at(each).begin);
        end = std::max(end, m_trace->at(each).end);
    }
    const double middle = std::chrono::duration<double>(begin + end).count() / 2;
    const double length = std::chrono::duration<double>(end - begin).count() * 3;
    const double present = visibleTo() - visibleFrom();
    const double wanted = present > length && present < 4 * length ? present : length;
    show(middle - wanted / 2, middle + wanted / 2);
}

LaneView StateLanes::laneView() const
{
    LaneView view{.plot = plotArea(),
                  .lanes = {},
                  .from = visibleFrom(),
                  .to = visibleTo(),
                  .pixelRatio = devicePixelRatioF()};
    for (std::size_t lane = 0; lane < static_cast<std::size_t>(m_roles.size()); ++lane)
        view.lanes.push_back(laneArea(lane));
    return view;
}

QSize StateLanes::sizeHint() const
{
    const int lanes = std::max(static_cast<int>(m_roles.size()), 1);
    return {600, markHeight + lanes * (leastLaneHeight + laneSpacing) + axisHeight};
}

QSize StateLanes::minimumSizeHint() const
{
    return {captionWidth + 120, sizeHint().height()};
}

/// The lanes share the room there is, up to what one can use.
int StateLanes::laneHeight() const
{
    const int lanes = std::max(static_cast<int>(m_roles.size()), 1);
    const int share = (height() - markHeight - axisHeight) / lanes - laneSpacing;
    return std::clamp(share, leastLaneHeight, mostLaneHeight);
}

QRect StateLanes::plotArea() const
{
    const int lanes = std::max(static_cast<int>(m_roles.size()), 1);
    return {captionWidth, 0, std::max(width() - captionWidth - 8, 1),
            markHeight + lanes * (laneHeight() + laneSpacing)};
}

QRect StateLanes::laneArea(std::size_t lane) const
{
    const QRect plot = plotArea();
    return {plot.left(), markHeight + static_cast<int>(lane) * (laneHeight() + laneSpacing), plot.width(),
            laneHeight()};
}

double StateLanes::secondsAt(double x) const
{
    const QRect plot = plotArea();
    return visibleFrom() + (x - plot.left()) / plot.width() * (visibleTo() - visibleFrom());
}

double StateLanes::xAt(double seconds) const
{
    const QRect plot = plotArea();
    return plot.left() + (seconds - visibleFrom()) / (visibleTo() - visibleFrom()) * plot.width();
}

void StateLanes::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setFont(Theme::fromPalette(palette()).labelFont());
    for (std::size_t lane = 0; lane < m_history.lanes(); ++lane)
        paintLane(painter, lane);
    if (m_trace)
        paintTrace(painter);
    paintMarks(painter);
    paintTimeAxis(painter, Theme::fromPalette(palette()), plotArea(), {visibleFrom(), visibleTo()});
}

void StateLanes::paintLane(QPainter& painter, std::size_t lane) const
{
    const Theme theme = Theme::fromPalette(palette());
    const QRect area = laneArea(lane);
    const double ratio = devicePixelRatioF();
    const auto count = static_cast<std::size_t>(std::max(1.0, area.width() * ratio));
    QImage image = laneImage(m_history.columns(lane, visibleFrom(), visibleTo(), count),
                             static_cast<int>(area.height() * ratio), theme);
    image.setDevicePixelRatio(ratio);
    painter.drawImage(area.topLeft(), image);
    painter.setPen(theme.colour(ColourRole::Text));
    const QRect caption(0, area.top(), captionWidth - 10, area.height());
    painter.drawText(caption, Qt::AlignRight | Qt::AlignVCenter, m_roles[static_cast<qsizetype>(lane)]);
}

void StateLanes::paintTrace(QPainter& painter) const
{
    const LaneView view = laneView();
    const Theme theme = Theme::fromPalette(palette());
    const TracePainter trace(*m_trace, view, theme);
    trace.paint(painter);
    if (!m_chosen || !isTransfer(m_trace->at(*m_chosen).kind))
        return;
    if (m_isFollowing)
        return trace.paintWay(painter, m_trace->wayOf(*m_chosen));
    std::vector<TraceSpot> both{*m_chosen};
    if (const std::optional<TraceSpot> partner = m_trace->partnerOf(*m_chosen))
        both.insert(m_trace->at(*m_chosen).kind == TraceKind::Send ? both.end() : both.begin(), *partner);
    trace.paintWay(painter, both);
}

void StateLanes::paintMarks(QPainter& painter) const
{
    const QColor colour = Theme::fromPalette(palette()).colour(ColourRole::Event);
    painter.setPen(QPen(colour, 1, Qt::DashLine));
    double free = 0; // where the next text may begin
    for (const Mark& mark : m_marks) {
        if (mark.seconds < visibleFrom() || mark.seconds > visibleTo())
            continue;
        const double x = xAt(mark.seconds);
        painter.drawLine(QPointF(x, markHeight - 2), QPointF(x, plotArea().bottom()));
        const int length = painter.fontMetrics().horizontalAdvance(mark.text) + 6;
        const double begin = x + length > width() ? x - length : x + 3; // at the edge to the left of its line
        if (begin < free)
            continue;
        painter.drawText(QRectF(begin, 0, length, markHeight), Qt::AlignLeft | Qt::AlignVCenter, mark.text);
        free = begin + length + 6;
    }
}

QString StateLanes::textAt(QPoint position) const
{
    if (m_trace) {
        const LaneView view = laneView();
        const Theme theme = Theme::fromPalette(palette());
        if (const std::optional<TraceSpot> spot = TracePainter(*m_trace, view, theme).spotAt(position))
            return sentenceOf(*m_trace, *spot);
    }
    for (std::size_t lane = 0; lane < m_history.lanes(); ++lane)
        if (laneArea(lane).contains(position))
            return sampleTextAt(lane, secondsAt(position.x()));
    return {};
}

QString StateLanes::sampleTextAt(std::size_t lane, double seconds) const
{
    QStringList lines{tr("%1 at %2").arg(m_roles[static_cast<qsizetype>(lane)], secondsText(seconds))};
    const StateShares shares = m_history.sharesAt(lane, seconds);
    for (std::size_t state = 0; state < workerStateCount; ++state) {
        const std::string_view name = word(static_cast<WorkerState>(state));
        if (shares[state] >= 0.005)
            lines << tr("%1 %2").arg(quantityText(shares[state], Quantity::Share),
                                     QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
    }
    return lines.size() > 1 ? lines.join('\n') : QString();
}

void StateLanes::wheelEvent(QWheelEvent* event)
{
    zoomAround(secondsAt(event->position().x()), std::pow(0.8, event->angleDelta().y() / 120.0));
    event->accept();
}

void StateLanes::zoomAround(double at, double factor)
{
    const double from = at - (at - visibleFrom()) * factor;
    const double to = at + (visibleTo() - at) * factor;
    if (from <= 0 && to >= m_history.end())
        showAll();
    else
        show(from, to);
}

void StateLanes::keyPressEvent(QKeyEvent* event)
{
    const double middle = (visibleFrom() + visibleTo()) / 2;
    switch (event->key()) {
    case Qt::Key_Left:
        return step(Step::Back);
    case Qt::Key_Right:
        return step(Step::Forward);
    case Qt::Key_F:
        return emit followingToggled();
    case Qt::Key_Plus:
        return zoomAround(middle, zoomOfAKey);
    case Qt::Key_Minus:
        return zoomAround(middle, 1 / zoomOfAKey);
    case Qt::Key_Home:
        return showAll();
    default:
        return QWidget::keyPressEvent(event);
    }
}

void StateLanes::mousePressEvent(QMouseEvent* event)
{
    m_dragged = event->position();
    m_hasDragged = false;
}

void StateLanes::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_trace || m_hasDragged)
        return;
    const LaneView view = laneView();
    const Theme theme = Theme::fromPalette(palette());
    choose(TracePainter(*m_trace, view, theme).spotAt(event->position()));
}

void StateLanes::mouseMoveEvent(QMouseEvent* event)
{
    if (!(event->buttons() & Qt::LeftButton) || !m_isZoomed)
        return;
    if (!m_hasDragged && std::abs(event->position().x() - m_dragged.x()) < clickTolerance)
        return;
    m_hasDragged = true;
    const double moved = secondsAt(m_dragged.x()) - secondsAt(event->position().x());
    const double shift = std::max(moved, -m_from);
    m_dragged = event->position();
    show(m_from + shift, m_to + shift);
}

void StateLanes::mouseDoubleClickEvent(QMouseEvent*)
{
    showAll();
}

bool StateLanes::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), textAt(help->pos()), this);
    return true;
}

} // namespace ipclab
