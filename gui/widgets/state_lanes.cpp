#include "gui/widgets/state_lanes.h"

#include "gui/charts/number_text.h"
#include "gui/state_colour.h"

#include <QHelpEvent>
#include <QImage>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ipclab {

namespace {

constexpr int captionWidth = 104;
constexpr int laneHeight = 46;
constexpr int laneSpacing = 8;
constexpr int axisHeight = 24;
constexpr int markHeight = 14;
constexpr double shortestView = 0.02; // seconds

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
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("What each worker was doing"));
}

void StateLanes::begin(const QStringList& roles)
{
    m_roles = roles;
    m_history.begin(static_cast<std::size_t>(roles.size()));
    m_marks.clear();
    m_isZoomed = false;
    updateGeometry();
    update();
}

void StateLanes::mark(double seconds, const QString& text)
{
    m_marks.push_back({seconds, text});
}

void StateLanes::show(double from, double to)
{
    const double length = std::max(to - from, shortestView);
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

QSize StateLanes::sizeHint() const
{
    const int lanes = std::max(static_cast<int>(m_roles.size()), 1);
    return {600, markHeight + lanes * (laneHeight + laneSpacing) + axisHeight};
}

QSize StateLanes::minimumSizeHint() const
{
    return {captionWidth + 120, sizeHint().height()};
}

QRect StateLanes::plotArea() const
{
    return {captionWidth, 0, std::max(width() - captionWidth - 8, 1), height() - axisHeight};
}

QRect StateLanes::laneArea(std::size_t lane) const
{
    const QRect plot = plotArea();
    return {plot.left(), markHeight + static_cast<int>(lane) * (laneHeight + laneSpacing), plot.width(),
            laneHeight};
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
    paintMarks(painter);
    paintAxis(painter);
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

void StateLanes::paintAxis(QPainter& painter) const
{
    const Theme theme = Theme::fromPalette(palette());
    const QRect plot = plotArea();
    const double step = stepFor(visibleTo() - visibleFrom(), std::max(plot.width() / 90.0, 2.0));
    const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step))));
    painter.setPen(theme.colour(ColourRole::MutedText));
    for (double tick = std::ceil(visibleFrom() / step) * step; tick <= visibleTo(); tick += step) {
        const QRectF place(xAt(tick) - 45, plot.bottom() + 4, 90, axisHeight - 4);
        painter.drawText(place, Qt::AlignHCenter | Qt::AlignTop, tr("%1 s").arg(tick, 0, 'f', decimals));
    }
}

QString StateLanes::textAt(QPoint position) const
{
    for (std::size_t lane = 0; lane < m_history.lanes(); ++lane) {
        if (!laneArea(lane).contains(position))
            continue;
        const double seconds = secondsAt(position.x());
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
    return {};
}

void StateLanes::wheelEvent(QWheelEvent* event)
{
    const double at = secondsAt(event->position().x());
    const double factor = std::pow(0.8, event->angleDelta().y() / 120.0);
    const double from = at - (at - visibleFrom()) * factor;
    const double to = at + (visibleTo() - at) * factor;
    if (from <= 0 && to >= m_history.end())
        showAll();
    else
        show(from, to);
    event->accept();
}

void StateLanes::mousePressEvent(QMouseEvent* event)
{
    m_dragged = event->position();
}

void StateLanes::mouseMoveEvent(QMouseEvent* event)
{
    if (!(event->buttons() & Qt::LeftButton) || !m_isZoomed)
        return;
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
