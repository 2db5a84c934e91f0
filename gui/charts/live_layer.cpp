#include "gui/charts/live_layer.h"

#include "gui/charts/column_brush.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>
#include <cstring>

namespace ipclab {

namespace {

constexpr float lineThickness = 1.7F;
constexpr float referenceThickness = 1.3F;
constexpr double readoutPadding = 7;
constexpr double swatchSize = 8;
constexpr double cursorDistance = 10;

QSizeF readoutSize(const std::vector<ReadoutLine>& lines, const QFontMetricsF& metrics)
{
    double width = 0;
    for (const ReadoutLine& line : lines)
        width = std::max(width,
                         metrics.horizontalAdvance(line.text) + (line.colour.isValid() ? swatchSize + 6 : 0));
    return {std::ceil(width + 2 * readoutPadding),
            std::ceil(metrics.height() * static_cast<double>(lines.size()) + 2 * readoutPadding - 2)};
}

} // namespace

LiveLayer::LiveLayer(QWidget* parent) : QWidget(parent)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void LiveLayer::setBackground(const QImage& empty, const Theme& theme)
{
    m_theme = theme;
    m_background = empty.convertToFormat(QImage::Format_RGB32);
    m_image = m_background.copy();
    m_labels.clear();
}

int LiveLayer::columnSpan() const
{
    return std::max(1, m_image.width() - 1);
}

RowScale LiveLayer::rowScale(const PlotView& view) const
{
    const double ratio = m_image.devicePixelRatio();
    const double edge = overscan * ratio;
    // The axis spans the plot area; the layer has one more row, for the pixel of the lowest grid line.
    const double rows = m_image.height() - 2 * edge - ratio;
    return {.top = view.top, .rowOfTop = edge + ratio / 2, .rowsPerUnit = rows / (view.top - view.bottom)};
}

void LiveLayer::draw(const PlotView& view)
{
    if (m_image.isNull())
        return;
    std::memcpy(m_image.bits(), m_background.constBits(), static_cast<std::size_t>(m_image.sizeInBytes()));
    const ColumnGrid grid = ColumnGrid::over(view.time, columnSpan());
    if (view.face.scale == ScaleKind::Stacked)
        drawStack(view, grid);
    else
        drawTraces(view, grid);
    if (!view.marks.empty())
        drawMarks(view);
    update();
}

void LiveLayer::drawTraces(const PlotView& view, const ColumnGrid& grid)
{
    const RowScale rows = rowScale(view);
    const auto ratio = static_cast<float>(m_image.devicePixelRatio());
    ColumnBrush brush(m_image);
    for (std::size_t index = view.face.traces.size(); index-- > 0;) {
        const TraceFace& trace = view.face.traces[index];
        m_spans.reset(grid.count);
        coverTrace(view.histories[index], trace.style, grid, view.newest, rows, m_spans);
        const bool reference = trace.style == TraceStyle::Reference;
        brush.stroke(m_spans, (reference ? referenceThickness : lineThickness) * ratio,
                     m_theme.colour(trace.colour).rgb());
    }
}

void LiveLayer::drawStack(const PlotView& view, const ColumnGrid& grid)
{
    const RowScale rows = rowScale(view);
    ColumnBrush brush(m_image);
    m_stackRows.assign(static_cast<std::size_t>(grid.count), rows.rowOf(view.bottom));
    for (std::size_t index = 0; index < view.face.traces.size(); ++index) {
        meanPerColumn(view.histories[index], grid, view.newest, m_means);
        m_spans.reset(grid.count);
        for (std::size_t column = 0; column < m_means.size(); ++column) {
            if (std::isnan(m_means[column]))
                continue;
            const float height = static_cast<float>(m_means[column] * rows.rowsPerUnit);
            m_spans.lower[column] = m_stackRows[column];
            m_spans.upper[column] = m_stackRows[column] - height;
            m_stackRows[column] -= height;
        }
        brush.fill(m_spans, m_theme.colour(view.face.traces[index].colour).rgb());
    }
    drawGridOver(view, rows);
}

void LiveLayer::drawGridOver(const PlotView& view, const RowScale& rows)
{
    const double ratio = m_image.devicePixelRatio();
    QPainter painter(&m_image);
    for (const AxisTick& tick : view.valueTicks) {
        const double y = std::floor(static_cast<double>(rows.rowOf(tick.position)) / ratio);
        painter.fillRect(QRectF(0, y, width(), 1), m_theme.gridOverAreas());
    }
}

void LiveLayer::drawMarks(const PlotView& view)
{
    QPainter painter(&m_image);
    painter.setFont(m_theme.labelFont());
    painter.setPen(m_theme.colour(ColourRole::Event));
    const double span = columnSpan() / m_image.devicePixelRatio();
    std::vector<std::pair<double, const QStaticText*>> labels;
    for (const EventMark& mark : view.marks) {
        if (!view.time.contains(mark.seconds) || mark.seconds > view.newest)
            continue;
        const double x = std::floor((mark.seconds - view.time.from) / view.time.length() * span);
        painter.fillRect(QRectF(x, overscan, 1, height() - 2 * overscan), m_theme.colour(ColourRole::Event));
        labels.emplace_back(x, &labelOf(mark.text));
    }
    // After all lines, on paper of their own: no line runs through a text.
    const QFontMetricsF metrics(m_theme.labelFont());
    double freeFrom = 0;
    for (const auto& [x, text] : labels) {
        const double textWidth = text->size().width() + 6;
        const double left = x + 2 + textWidth > width() ? x - 1 - textWidth : x + 2;
        if (left < freeFrom)
            continue;
        painter.fillRect(QRectF(left, overscan, textWidth, metrics.height()), m_theme.paperUnderText());
        painter.drawStaticText(QPointF(left + 3, overscan), *text);
        freeFrom = left + textWidth + 4;
    }
}

const QStaticText& LiveLayer::labelOf(const QString& text)
{
    const auto [place, isNew] = m_labels.try_emplace(text, text);
    QStaticText& label = place->second;
    if (isNew) {
        label.setTextFormat(Qt::PlainText);
        label.prepare({}, m_theme.labelFont());
    }
    return label;
}

void LiveLayer::showCursor(double x, std::vector<ReadoutLine> readout)
{
    m_cursor = Cursor{x, std::move(readout)};
    update();
}

void LiveLayer::hideCursor()
{
    m_cursor.reset();
    update();
}

void LiveLayer::showSelection(double fromX, double toX)
{
    m_selection = Selection{std::min(fromX, toX), std::max(fromX, toX)};
    update();
}

void LiveLayer::hideSelection()
{
    m_selection.reset();
    update();
}

void LiveLayer::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.drawImage(0, 0, m_image);
    if (m_selection) {
        QColor colour = m_theme.colour(ColourRole::Selection);
        const QRectF band(m_selection->from, overscan, m_selection->to - m_selection->from,
                          height() - 2 * overscan);
        painter.setPen(colour);
        colour.setAlphaF(0.18F);
        painter.setBrush(colour);
        painter.drawRect(band);
    }
    if (m_cursor)
        paintCursor(painter, *m_cursor);
}

void LiveLayer::paintCursor(QPainter& painter, const Cursor& cursor) const
{
    const double x = std::floor(cursor.x);
    painter.fillRect(QRectF(x, overscan, 1, height() - 2 * overscan), m_theme.colour(ColourRole::Cursor));
    if (cursor.readout.empty())
        return;

    const QFontMetricsF metrics(m_theme.labelFont());
    const QSizeF size = readoutSize(cursor.readout, metrics);
    const bool fitsRight = x + cursorDistance + size.width() <= width();
    const double left = fitsRight ? x + cursorDistance : std::max(0.0, x - cursorDistance - size.width());
    const QRectF box(QPointF(left, overscan + 6), size);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(m_theme.colour(ColourRole::Border));
    painter.setBrush(m_theme.colour(ColourRole::Card));
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);

    painter.setFont(m_theme.labelFont());
    double baseline = box.top() + readoutPadding - 1 + metrics.ascent();
    for (const ReadoutLine& line : cursor.readout) {
        double textLeft = box.left() + readoutPadding;
        if (line.colour.isValid()) {
            const double middle = baseline - metrics.xHeight() / 2;
            painter.fillRect(QRectF(textLeft, std::round(middle - swatchSize / 2), swatchSize, swatchSize),
                             line.colour);
            textLeft += swatchSize + 6;
        }
        painter.setPen(m_theme.colour(ColourRole::Text));
        painter.drawText(QPointF(textLeft, baseline), line.text);
        baseline += metrics.height();
    }
}

} // namespace ipclab
