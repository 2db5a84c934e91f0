#include "gui/charts/live_chart.h"

#include "gui/charts/framed_chart.h"
#include "gui/charts/live_layer.h"
#include "gui/charts/trace_item.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace ipclab {

namespace {

constexpr double pixelsPerTimeLabel = 75;
constexpr double besideTimeAxis = 80;
constexpr double shortestDrag = 5;
constexpr int exportedTimeLabels = 8;

} // namespace

LiveChart::LiveChart(ChartFace face, QWidget* parent)
    : QWidget(parent), m_content(std::move(face)), m_theme(Theme::fromPalette(palette())),
      m_frame(new FramedChart(m_content.face(), m_theme, AxisTitles::Hidden)), m_layer(new LiveLayer(this))
{
    m_frame->setPlain(); // a frame around it is for who places it
    m_scene.addItem(m_frame);
    m_clock.start();
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::CrossCursor);
    setMinimumSize(240, 110);
    setAccessibleName(this->face().title);
}

LiveChart::~LiveChart() = default;

void LiveChart::append(double seconds, std::span<const double> values)
{
    m_content.append(seconds, values);
}

void LiveChart::append(double seconds, std::span<const Spread> values)
{
    m_content.append(seconds, values);
}

void LiveChart::markEvent(double seconds, const QString& text)
{
    m_content.markEvent(seconds, text);
}

template <typename Change>
void LiveChart::changeView(Change change)
{
    const bool wasZoomed = isZoomed();
    change();
    if (isVisible())
        draw();
    if (isZoomed() != wasZoomed)
        emit zoomChanged(isZoomed());
}

void LiveChart::clear()
{
    changeView([this] { m_content.clear(); });
}

void LiveChart::setWindow(std::optional<double> seconds)
{
    changeView([&] { m_content.changeTime().setWindow(seconds); });
}

void LiveChart::setExpectedLength(std::optional<double> seconds)
{
    changeView([&] { m_content.changeTime().setExpectedLength(seconds); });
}

void LiveChart::end()
{
    changeView([this] { m_content.changeTime().end(); });
}

void LiveChart::pause()
{
    changeView([this] { m_content.changeTime().pause(); });
}

void LiveChart::resume()
{
    changeView([this] { m_content.changeTime().resume(); });
}

void LiveChart::zoom(const TimeRange& range)
{
    if (range.length() > 0.0)
        changeView([&] { m_content.changeTime().zoom(range); });
}

void LiveChart::resetZoom()
{
    if (isZoomed())
        changeView([this] { m_content.changeTime().resetZoom(); });
}

bool LiveChart::refresh()
{
    if (!m_content.isChanged() || !isVisible())
        return false;
    draw();
    return true;
}

void LiveChart::draw()
{
    m_content.followValues(m_layer->columnSpan(), static_cast<double>(m_clock.elapsed()) / 1e3);
    if (updateTicks() || m_frameImage.isNull())
        renderFrame();
    m_layer->draw(m_content.view());
    m_content.markDrawn();
    refreshCursor();
}

void LiveChart::redrawAll()
{
    m_frameImage = {};
    if (isVisible())
        draw();
}

bool LiveChart::updateTicks()
{
    const int mostLabels = std::max(2, static_cast<int>((width() - besideTimeAxis) / pixelsPerTimeLabel));
    const PlotView view = m_content.view();
    const bool timeChanged = m_frame->setTimeTicks(m_content.time().ticks(mostLabels));
    const bool valueChanged = m_frame->setValueTicks(view.bottom, view.top, view.valueTicks);
    return timeChanged || valueChanged;
}

void LiveChart::renderFrame()
{
    const double ratio = devicePixelRatioF();
    m_frame->layOut(size());
    m_frameImage = QImage((QSizeF(size()) * ratio).toSize(), QImage::Format_RGB32);
    m_frameImage.setDevicePixelRatio(ratio);
    m_frameImage.fill(m_theme.colour(ColourRole::Card));
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

bool LiveChart::event(QEvent* event)
{
    // Only over the caption: elsewhere the cursor's values are what is wanted.
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (help->pos().y() < plotRect().top() && !face().description.isEmpty())
            QToolTip::showText(help->globalPos(), face().description, this);
        else
            QToolTip::hideText();
        return true;
    }
    if (event->type() == QEvent::FocusIn) // what a screen reader says next
        setAccessibleDescription(textAlternative());
    return QWidget::event(event);
}

void LiveChart::paintEvent(QPaintEvent* event)
{
    if (m_frameImage.devicePixelRatio() != devicePixelRatioF()) // moved to another screen
        redrawAll();
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
    redrawAll();
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
    redrawAll();
}

CursorReading LiveChart::readingAt(double seconds) const
{
    return m_content.readingAt(seconds);
}

std::vector<ReadoutLine> LiveChart::readoutOf(const CursorReading& reading) const
{
    std::vector<ReadoutLine> lines{{QColor(), secondsText(reading.seconds)}};
    for (std::size_t index = 0; index < face().traces.size(); ++index) {
        const TraceFace& trace = face().traces[index];
        lines.push_back({m_theme.colour(trace.colour),
                         trace.name + u' ' + quantityText(reading.values[index], face().quantity)});
    }
    return lines;
}

double LiveChart::secondsAt(double x) const
{
    const TimeRange shown = m_content.time().range();
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
    const TimeRange shown = m_content.time().range();
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
    } else if (event->key() == Qt::Key_Escape && (m_content.time().isZoomed() || m_dragFrom || m_cursorX)) {
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
    return m_content.textAlternative(m_layer->columnSpan());
}

std::unique_ptr<FramedChart> LiveChart::snapshot(const Theme& theme) const
{
    ChartContent content = m_content.frozen();
    content.followValues(m_layer->columnSpan(), 0.0);
    const PlotView view = content.view();

    auto chart = std::make_unique<FramedChart>(content.face(), theme, AxisTitles::Shown);
    chart->setPlain();
    chart->setTimeTicks(content.time().ticks(exportedTimeLabels));
    chart->setValueTicks(view.bottom, view.top, view.valueTicks);
    new TraceItem(view, theme, chart.get());
    return chart;
}

} // namespace ipclab
