#include "gui/charts/live_chart.h"

#include "gui/charts/framed_chart.h"
#include "gui/charts/live_layer.h"
#include "gui/charts/trace_item.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace ipclab {

namespace {

constexpr double pixelsPerTimeLabel = 75;
constexpr double shortestDrag = 5;
constexpr double cursorTolerance = 0.04; // of the time in sight
constexpr std::size_t mostMarks = 200;
constexpr double noValue = std::numeric_limits<double>::quiet_NaN();

} // namespace

LiveChart::LiveChart(ChartFace face, QWidget* parent)
    : QWidget(parent)
    , m_face(std::move(face))
    , m_theme(Theme::fromPalette(palette()))
    , m_scale(m_face.scale, m_face.quantity)
    , m_histories(m_face.traces.size())
    , m_latest(m_face.traces.size(), noValue)
    , m_frame(new FramedChart(m_face, m_theme, AxisTitles::Hidden))
    , m_layer(new LiveLayer(this))
{
    m_scene.addItem(m_frame);
    m_clock.start();
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::CrossCursor);
    setMinimumSize(240, 140);
    setAccessibleName(m_face.title);
    setToolTip(m_face.description);
    setAttribute(Qt::WA_AlwaysShowToolTips, false);
}

LiveChart::~LiveChart() = default;

void LiveChart::append(double seconds, std::span<const double> values)
{
    Q_ASSERT(values.size() == m_histories.size());
    for (std::size_t index = 0; index < values.size(); ++index) {
        m_histories[index].push(seconds, m_scale.toAxis(values[index]));
        m_latest[index] = values[index];
    }
    noteChangeAt(seconds);
}

void LiveChart::append(double seconds, std::span<const Spread> values)
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

void LiveChart::noteChangeAt(double seconds)
{
    if (!std::isfinite(seconds))
        return;
    const bool moves = !m_time.isPaused() && !m_time.isZoomed();
    m_time.advance(seconds);
    m_changed = m_changed || moves || (m_time.range().contains(seconds) && seconds <= m_time.newestShown());
}

void LiveChart::markEvent(double seconds, const QString& text)
{
    const auto later = [seconds](const EventMark& mark) { return mark.seconds > seconds; };
    m_marks.insert(std::find_if(m_marks.begin(), m_marks.end(), later), EventMark{seconds, text});
    if (m_marks.size() > mostMarks)
        m_marks.erase(m_marks.begin());
    m_changed = true;
}

void LiveChart::clear()
{
    for (TraceHistory& history : m_histories)
        history.clear();
    m_marks.clear();
    std::fill(m_latest.begin(), m_latest.end(), noValue);
    m_time.restart();
    changeView();
}

void LiveChart::setWindow(std::optional<double> seconds)
{
    m_time.setWindow(seconds);
    changeView();
}

void LiveChart::setExpectedLength(std::optional<double> seconds)
{
    m_time.setExpectedLength(seconds);
    changeView();
}

void LiveChart::pause()
{
    m_time.pause();
    changeView();
}

void LiveChart::resume()
{
    m_time.resume();
    changeView();
}

void LiveChart::zoom(const TimeRange& range)
{
    if (!(range.length() > 0.0))
        return;
    m_time.zoom(range);
    changeView();
    emit zoomChanged(true);
}

void LiveChart::resetZoom()
{
    if (!m_time.isZoomed())
        return;
    m_time.resetZoom();
    changeView();
    emit zoomChanged(false);
}

void LiveChart::changeView()
{
    m_scale.restart();
    m_changed = true;
    if (isVisible())
        draw();
}

bool LiveChart::refresh()
{
    if (!m_changed || !isVisible())
        return false;
    draw();
    return true;
}

PlotView LiveChart::plotView() const
{
    return {.face = m_face,
            .histories = m_histories,
            .marks = m_marks,
            .time = m_time.range(),
            .newest = m_time.newestShown(),
            .bottom = m_scale.bottom(),
            .top = m_scale.top()};
}

void LiveChart::draw()
{
    const ColumnGrid grid = ColumnGrid::over(m_time.range(), m_layer->columnSpan());
    m_scale.follow(extremesInSight(plotView(), grid), static_cast<double>(m_clock.elapsed()) / 1e3);
    if (updateTicks() || m_frameImage.isNull())
        renderFrame();
    m_layer->draw(plotView());
    m_changed = false;
    refreshCursor();
}

bool LiveChart::updateTicks()
{
    const int mostLabels = std::max(2, static_cast<int>(m_frame->plotArea().width() / pixelsPerTimeLabel));
    const bool timeChanged = m_frame->setTimeTicks(m_time.ticks(mostLabels));
    const bool valueChanged = m_frame->setValueTicks(m_scale.bottom(), m_scale.top(), m_scale.ticks());
    return timeChanged || valueChanged;
}

void LiveChart::renderFrame()
{
    const double ratio = devicePixelRatioF();
    m_frame->layOut(size());
    m_frameImage = QImage((QSizeF(size()) * ratio).toSize(), QImage::Format_RGB32);
    m_frameImage.setDevicePixelRatio(ratio);
    m_frameImage.fill(palette().color(QPalette::Window));
    QPainter painter(&m_frameImage);
    m_scene.render(&painter, rect(), rect());
    painter.end();

    const QRect place = plotRect();
    m_layer->setGeometry(place);
    const QRect devicePlace(QPointF(QPointF(place.topLeft()) * ratio).toPoint(),
                            (QSizeF(place.size()) * ratio).toSize());
    QImage empty = m_frameImage.copy(devicePlace);
    empty.setDevicePixelRatio(ratio);
    m_layer->setBackground(empty, m_theme);
    update();
}

QRect LiveChart::plotRect() const
{
    return m_frame->plotArea().toRect().adjusted(0, -LiveLayer::overscan, 1, LiveLayer::overscan + 1);
}

void LiveChart::paintEvent(QPaintEvent* event)
{
    if (m_frameImage.devicePixelRatio() != devicePixelRatioF()) // moved to another screen
        renderFrame(), m_layer->draw(plotView());
    QPainter painter(this);
    painter.setClipRect(event->rect());
    painter.drawImage(0, 0, m_frameImage);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(m_theme.colour(ColourRole::Selection), 1.5));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    }
}

void LiveChart::resizeEvent(QResizeEvent*)
{
    m_frameImage = {};
    if (isVisible())
        draw();
}

void LiveChart::showEvent(QShowEvent*)
{
    draw();
}

void LiveChart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    const QEvent::Type type = event->type();
    if (type != QEvent::PaletteChange && type != QEvent::StyleChange && type != QEvent::FontChange)
        return;
    m_theme = Theme::fromPalette(palette());
    m_frame->setTheme(m_theme);
    m_frameImage = {};
    if (isVisible())
        draw();
}

CursorReading LiveChart::readingAt(double seconds) const
{
    CursorReading reading{seconds, {}};
    const double tolerance = m_time.range().length() * cursorTolerance;
    const bool known = seconds <= m_time.newestShown() + tolerance;
    for (const TraceHistory& history : m_histories)
        reading.values.push_back(known ? m_scale.fromAxis(history.valueNear(seconds, tolerance)) : noValue);
    return reading;
}

std::vector<ReadoutLine> LiveChart::readoutOf(const CursorReading& reading) const
{
    std::vector<ReadoutLine> lines{{QColor(), secondsText(reading.seconds)}};
    for (std::size_t index = 0; index < m_face.traces.size(); ++index) {
        const TraceFace& trace = m_face.traces[index];
        lines.push_back({m_theme.colour(trace.colour),
                         trace.name + u' ' + quantityText(reading.values[index], m_face.quantity)});
    }
    return lines;
}

double LiveChart::secondsAt(double x) const
{
    const TimeRange shown = m_time.range();
    return shown.from + std::clamp(x / m_frame->plotArea().width(), 0.0, 1.0) * shown.length();
}

void LiveChart::moveCursor(double x)
{
    m_cursorX = std::clamp(x, 0.0, m_frame->plotArea().width());
    refreshCursor();
    emit cursorMoved(readingAt(secondsAt(*m_cursorX)));
}

void LiveChart::refreshCursor()
{
    if (m_cursorX)
        m_layer->showCursor(*m_cursorX, readoutOf(readingAt(secondsAt(*m_cursorX))));
}

void LiveChart::showCursor(std::optional<double> seconds)
{
    const TimeRange shown = m_time.range();
    if (!seconds || !shown.contains(*seconds)) {
        m_cursorX.reset();
        m_layer->hideCursor();
        return;
    }
    m_cursorX = (*seconds - shown.from) / shown.length() * m_frame->plotArea().width();
    refreshCursor();
}

void LiveChart::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && m_layer->geometry().contains(event->pos()))
        m_dragFrom = event->position().x() - m_layer->x();
}

void LiveChart::mouseMoveEvent(QMouseEvent* event)
{
    const double x = event->position().x() - m_layer->x();
    if (m_dragFrom)
        m_layer->showSelection(*m_dragFrom, std::clamp(x, 0.0, m_frame->plotArea().width()));
    if (m_dragFrom || m_layer->geometry().contains(event->pos()))
        moveCursor(x);
    else
        leaveEvent(event);
}

void LiveChart::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_dragFrom)
        return;
    const double from = *m_dragFrom;
    const double to = event->position().x() - m_layer->x();
    m_dragFrom.reset();
    m_layer->hideSelection();
    if (std::abs(to - from) >= shortestDrag)
        zoom({secondsAt(std::min(from, to)), secondsAt(std::max(from, to))});
}

void LiveChart::mouseDoubleClickEvent(QMouseEvent*)
{
    m_dragFrom.reset();
    resetZoom();
}

void LiveChart::leaveEvent(QEvent*)
{
    if (!m_cursorX)
        return;
    showCursor(std::nullopt);
    emit cursorLeft();
}

void LiveChart::keyPressEvent(QKeyEvent* event)
{
    const double width = m_frame->plotArea().width();
    const double step = width / 50;
    if (event->key() == Qt::Key_Left) {
        moveCursor(m_cursorX.value_or(width) - step);
    } else if (event->key() == Qt::Key_Right) {
        moveCursor(m_cursorX.value_or(0.0) + step);
    } else if (event->key() == Qt::Key_Escape && (m_time.isZoomed() || m_dragFrom || m_cursorX)) {
        m_dragFrom.reset();
        m_layer->hideSelection();
        leaveEvent(event);
        resetZoom();
    } else {
        QWidget::keyPressEvent(event);
    }
}

QString LiveChart::textAlternative() const
{
    const PlotView view = plotView();
    const ColumnGrid grid = ColumnGrid::over(view.time, m_layer->columnSpan());
    QStringList parts;
    for (std::size_t index = 0; index < m_face.traces.size(); ++index) {
        const Extremes seen = extremesOf(m_histories[index], grid, view.newest);
        if (seen.low > seen.high) {
            parts << tr("%1: no value").arg(m_face.traces[index].name);
            continue;
        }
        parts << tr("%1 now %2, min %3, max %4")
                     .arg(m_face.traces[index].name, quantityText(m_latest[index], m_face.quantity),
                          quantityText(m_scale.fromAxis(seen.low), m_face.quantity),
                          quantityText(m_scale.fromAxis(seen.high), m_face.quantity));
    }
    return tr("%1: %2.").arg(m_face.title, parts.join(QStringLiteral("; ")));
}

std::unique_ptr<FramedChart> LiveChart::snapshot(const Theme& theme) const
{
    TimeView time = m_time;
    TimeRange shown = m_time.range();
    if (shown.from < 0.0)
        shown = {0.0, std::max(shown.to, 1.0)};
    time.zoom(shown);

    ValueScale scale(m_face.scale, m_face.quantity);
    PlotView view = plotView();
    view.time = shown;
    scale.follow(extremesInSight(view, ColumnGrid::over(shown, m_layer->columnSpan())), 0.0);
    view.bottom = scale.bottom();
    view.top = scale.top();

    auto chart = std::make_unique<FramedChart>(m_face, theme, AxisTitles::Shown);
    chart->setPlain();
    chart->setTimeTicks(time.ticks(8));
    chart->setValueTicks(scale.bottom(), scale.top(), scale.ticks());
    new TraceItem(view, theme, chart.get());
    return chart;
}

} // namespace ipclab
