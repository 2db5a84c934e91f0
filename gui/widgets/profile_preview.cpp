#include "gui/widgets/profile_preview.h"

#include "gui/charts/chart_theme.h"

#include <QPainter>
#include <QPainterPath>
#include <QTextOption>

#include <algorithm>

namespace ipclab {

ProfilePreview::ProfilePreview(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ProfilePreview::show(std::vector<double> rates, const QString& words)
{
    m_rates = std::move(rates);
    m_words = words;
    setAccessibleName(words);
    setToolTip(words);
    update();
}

void ProfilePreview::paintEvent(QPaintEvent*)
{
    const Theme theme = Theme::fromPalette(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(theme.colour(ColourRole::Border));
    painter.setBrush(theme.colour(ColourRole::Card));
    painter.drawRoundedRect(frame, 4, 4);
    if (!m_rates.empty()) {
        painter.setPen(QPen(theme.colour(ColourRole::Delivered), 1.5));
        drawCurve(painter, frame.adjusted(6, 20, -6, -7));
    }
    painter.setFont(theme.labelFont());
    painter.setPen(theme.colour(ColourRole::MutedText));
    const Qt::Alignment place = m_rates.empty() ? Qt::AlignCenter : Qt::AlignTop | Qt::AlignLeft;
    painter.drawText(frame.adjusted(8, 4, -8, -4), m_words, QTextOption(place));
}

void ProfilePreview::drawCurve(QPainter& painter, const QRectF& place) const
{
    const double top = std::max(*std::ranges::max_element(m_rates), 1e-9);
    const double step = place.width() / static_cast<double>(std::max<std::size_t>(m_rates.size() - 1, 1));
    QPainterPath path;
    for (std::size_t i = 0; i < m_rates.size(); ++i) {
        const QPointF point(place.left() + step * static_cast<double>(i),
                            place.bottom() - place.height() * m_rates[i] / top);
        i == 0 ? path.moveTo(point) : path.lineTo(point);
    }
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

} // namespace ipclab
