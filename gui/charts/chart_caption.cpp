#include "gui/charts/chart_caption.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPainter>

namespace ipclab {

namespace {

constexpr double swatchWidth = 14;
constexpr double swatchGap = 5;
constexpr double entryGap = 10;
constexpr double titleGap = 10;
constexpr double lineThickness = 3;
constexpr double areaThickness = 9;

QString unitOf(const ChartFace& face)
{
    if (face.scale == ScaleKind::Logarithmic)
        return QCoreApplication::translate("ipclab::ChartCaption", "log scale");
    return ticksCarryUnit(face.quantity) ? QString() : quantityTitle(face.quantity);
}

} // namespace

ChartCaption::ChartCaption(const ChartFace& face, const Theme& theme, QGraphicsItem* parent)
    : QGraphicsItem(parent), m_title(face.title), m_unit(unitOf(face)),
      m_areas(face.scale == ScaleKind::Stacked), m_theme(theme)
{
    for (const TraceFace& trace : face.traces)
        m_entries.push_back({trace.name, trace.colour, {}});
}

void ChartCaption::setTheme(const Theme& theme)
{
    m_theme = theme;
    update();
}

double ChartCaption::entryWidth(const Entry& entry) const
{
    return swatchWidth + swatchGap + QFontMetricsF(m_theme.legendFont()).horizontalAdvance(entry.text);
}

double ChartCaption::titleWidth() const
{
    const double title = QFontMetricsF(m_theme.titleFont()).horizontalAdvance(m_title);
    if (m_unit.isEmpty())
        return title;
    return title + swatchGap + 3 + QFontMetricsF(m_theme.legendFont()).horizontalAdvance(m_unit);
}

void ChartCaption::placeRight(std::size_t first, std::size_t end, double top)
{
    const double height = QFontMetricsF(m_theme.legendFont()).height();
    double right = m_size.width();
    for (std::size_t index = end; index-- > first;) {
        const double width = entryWidth(m_entries[index]);
        m_entries[index].place = QRectF(right - width, top, width, height);
        right -= width + entryGap;
    }
}

double ChartCaption::setWidth(double width)
{
    prepareGeometryChange();
    const double titleHeight = QFontMetricsF(m_theme.titleFont()).height();
    const double legendHeight = QFontMetricsF(m_theme.legendFont()).height();
    m_size = QSizeF(width, titleHeight);

    double available = width - titleWidth() - titleGap;
    double top = titleHeight - legendHeight;
    std::size_t lineStart = 0;
    double used = 0;
    double whole = -entryGap;
    for (const Entry& entry : m_entries)
        whole += entryWidth(entry) + entryGap;
    if (whole > available) {
        available = width;
        top = titleHeight + 2;
    }
    for (std::size_t index = 0; index < m_entries.size(); ++index) {
        const double needed = entryWidth(m_entries[index]) + (index == lineStart ? 0.0 : entryGap);
        if (index > lineStart && used + needed > available) {
            placeRight(lineStart, index, top);
            top += legendHeight + 2;
            lineStart = index;
            used = entryWidth(m_entries[index]);
        } else {
            used += needed;
        }
    }
    placeRight(lineStart, m_entries.size(), top);
    m_size.setHeight(std::max(titleHeight, m_entries.empty() ? 0.0 : top + legendHeight));
    return m_size.height();
}

QRectF ChartCaption::boundingRect() const
{
    return QRectF(QPointF(0, 0), m_size);
}

void ChartCaption::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    const QFontMetricsF titleMetrics(m_theme.titleFont());
    painter->setFont(m_theme.titleFont());
    painter->setPen(m_theme.colour(ColourRole::Text));
    painter->drawText(QPointF(0, titleMetrics.ascent()), m_title);

    const QFontMetricsF metrics(m_theme.legendFont());
    painter->setFont(m_theme.legendFont());
    painter->setPen(m_theme.colour(ColourRole::MutedText));
    if (!m_unit.isEmpty()) {
        const double left = titleMetrics.horizontalAdvance(m_title) + swatchGap + 3;
        painter->drawText(QPointF(left, titleMetrics.ascent()), m_unit);
    }
    for (const Entry& entry : m_entries) {
        const double thickness = m_areas ? areaThickness : lineThickness;
        const double middle = entry.place.top() + metrics.ascent() - metrics.xHeight() / 2;
        painter->fillRect(
            QRectF(entry.place.left(), std::round(middle - thickness / 2), swatchWidth, thickness),
            m_theme.colour(entry.colour));
        painter->setPen(m_theme.colour(ColourRole::Text));
        const double left = entry.place.left() + swatchWidth + swatchGap;
        painter->drawText(QPointF(left, entry.place.top() + metrics.ascent()), entry.text);
    }
}

} // namespace ipclab
