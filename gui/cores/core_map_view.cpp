#include "gui/cores/core_map_view.h"

#include "gui/charts/number_text.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace ipclab {

namespace {

constexpr double numbersWidth = 44;
constexpr double titleHeight = 40;
constexpr double legendHeight = 46;
constexpr double gap = 1.5;

QString translated(const char* text)
{
    return CoreMapView::tr(text);
}

double nanosecondsOf(const CorePair& pair)
{
    return static_cast<double>(pair.roundTrip.p50.count());
}

/// Where the cells are.
struct Grid {
    QRectF place;
    double side = 0; ///< of a cell

    Grid(const QRectF& whole, std::size_t cores)
    {
        const QRectF room = whole.adjusted(numbersWidth, titleHeight, -8, -legendHeight);
        side = std::max(1.0, std::min(room.width(), room.height()) /
                                 static_cast<double>(std::max<std::size_t>(cores, 1)));
        place = QRectF(room.topLeft(), QSizeF(side, side) * static_cast<double>(cores));
    }
    QRectF cell(std::size_t row, std::size_t column) const
    {
        return QRectF(place.left() + side * static_cast<double>(column),
                      place.top() + side * static_cast<double>(row), side, side)
            .adjusted(0, 0, -gap, -gap);
    }
};

/// The shortest and the longest p50; the same where there is only one.
struct Range {
    double least = 0;
    double most = 0;

    explicit Range(const CoreMap& map)
    {
        for (const CorePair& pair : map.pairs) {
            const double time = nanosecondsOf(pair);
            if (time <= 0)
                continue;
            least = least > 0 ? std::min(least, time) : time;
            most = std::max(most, time);
        }
    }
    double shareOf(double time) const
    {
        return most > least ? std::log(time / least) / std::log(most / least) : 0;
    }
};

/// Nuñez, Anderton and Renslow, "Optimizing colormaps with consideration for color vision deficiency", 2018.
QColor cividis(double share)
{
    constexpr std::array<QRgb, 5> stops{0xff00224e, 0xff434e6c, 0xff7d7c78, 0xffbcae6c, 0xfffee838};
    const double at = std::clamp(share, 0.0, 1.0) * (stops.size() - 1);
    const auto lower = std::min(static_cast<std::size_t>(at), stops.size() - 2);
    const double part = at - static_cast<double>(lower);
    const QColor from(stops[lower]);
    const QColor to(stops[lower + 1]);
    const auto mixed = [part](float one, float other) {
        return static_cast<float>(one + (other - one) * static_cast<float>(part));
    };
    return QColor::fromRgbF(mixed(from.redF(), to.redF()), mixed(from.greenF(), to.greenF()),
                            mixed(from.blueF(), to.blueF()));
}

void paintCell(QPainter& painter, const QRectF& cell, const CorePair& pair, const Range& range)
{
    const bool isKnown = pair.failure.empty();
    const double share = isKnown ? range.shareOf(nanosecondsOf(pair)) : 0;
    const QColor colour = isKnown ? cividis(share) : QColor(Qt::gray);
    painter.fillRect(cell, colour);
    painter.setPen(share > 0.5 ? Qt::black : Qt::white);
    if (pair.isOnOneCore())
        painter.drawRect(cell.adjusted(2.5, 2.5, -2.5, -2.5));
    const QString text =
        isKnown ? quantityText(nanosecondsOf(pair), Quantity::Duration) : QStringLiteral("✗");
    if (painter.fontMetrics().horizontalAdvance(text) + 8 < cell.width())
        painter.drawText(cell, Qt::AlignCenter, text);
}

void paintNumbers(QPainter& painter, const Grid& grid, const std::vector<int>& cores)
{
    const double needed = painter.fontMetrics().height();
    const auto every = static_cast<std::size_t>(std::ceil(needed * 1.4 / grid.side));
    for (std::size_t index = 0; index < cores.size(); index += std::max<std::size_t>(every, 1)) {
        const QRectF row = grid.cell(index, 0);
        const QRectF column = grid.cell(0, index);
        const QString number = QString::number(cores[index]);
        painter.drawText(QRectF(row.left() - numbersWidth, row.top(), numbersWidth - 6, row.height()),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, number);
        painter.drawText(QRectF(column.left(), column.top() - needed - 2, column.width(), needed),
                         Qt::AlignHCenter | Qt::AlignBottom | Qt::TextDontClip, number);
    }
}

void paintLegend(QPainter& painter, const QRectF& place, const Range& range, const Theme& theme)
{
    constexpr int steps = 64;
    const QRectF bar(place.left(), place.top(), std::min(180.0, place.width() / 2), 10);
    for (int step = 0; step < steps; ++step)
        painter.fillRect(QRectF(bar.left() + bar.width() * step / steps, bar.top(), bar.width() / steps + 0.5,
                                bar.height()),
                         cividis(static_cast<double>(step) / (steps - 1)));
    painter.setPen(theme.colour(ColourRole::MutedText));
    const QRectF words = bar.translated(0, 14).adjusted(0, 0, 0, 8);
    painter.drawText(words, Qt::AlignLeft | Qt::TextDontClip, quantityText(range.least, Quantity::Duration));
    painter.drawText(words, Qt::AlignRight | Qt::TextDontClip, quantityText(range.most, Quantity::Duration));
    painter.drawText(QRectF(bar.right() + 16, bar.top() - 3, place.right() - bar.right() - 16, legendHeight),
                     Qt::TextWordWrap,
                     translated("Framed: both on one core, where they sleep while they wait"));
}

QString toolTipOf(const CorePair& pair)
{
    if (!pair.failure.empty())
        return QString::fromStdString(pair.failure);
    const auto time = [](Nanoseconds value) {
        return quantityText(static_cast<double>(value.count()), Quantity::Duration);
    };
    const std::string_view wait = word(pair.wait);
    return translated("Core %1 to core %2 and back: p50 %3, p99 %4, of %5 round trips; wait %6")
        .arg(pair.from)
        .arg(pair.to)
        .arg(time(pair.roundTrip.p50), time(pair.roundTrip.p99),
             groupedText(static_cast<qint64>(pair.roundTrip.count)),
             QString::fromUtf8(wait.data(), static_cast<qsizetype>(wait.size())));
}

} // namespace

void paintCoreMap(QPainter& painter, const QRectF& place, const CoreMap& map, const Theme& theme)
{
    painter.fillRect(place, theme.colour(ColourRole::Card));
    painter.setFont(theme.labelFont());
    painter.setPen(theme.colour(ColourRole::Text));
    painter.drawText(place.adjusted(8, 4, -8, 0), Qt::AlignTop | Qt::AlignLeft,
                     translated("Round trip, p50, from the core at the left to the one above and back: %1")
                         .arg(QString::fromStdString(map.mechanism)));
    const Grid grid(place, map.cores.size());
    const Range range(map);
    paintNumbers(painter, grid, map.cores);
    for (std::size_t row = 0; row < map.cores.size(); ++row)
        for (std::size_t column = 0; column < map.cores.size(); ++column) {
            if (const CorePair* pair = map.find(map.cores[row], map.cores[column]))
                paintCell(painter, grid.cell(row, column), *pair, range);
            else
                painter.fillRect(grid.cell(row, column), theme.colour(ColourRole::Grid));
        }
    if (range.most > 0)
        paintLegend(painter,
                    QRectF(grid.place.left(), grid.place.bottom() + 8, place.right() - grid.place.left() - 8,
                           legendHeight),
                    range, theme);
}

CoreMapView::CoreMapView(QWidget* parent) : QWidget(parent)
{
    setMinimumSize(320, 280);
    setAccessibleName(tr("Core-to-core map"));
}

void CoreMapView::show(CoreMap map)
{
    m_map = std::move(map);
    update();
}

void CoreMapView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintCoreMap(painter, rect(), m_map, Theme::fromPalette(palette()));
}

bool CoreMapView::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const Grid grid(rect(), m_map.cores.size());
    for (const CorePair& pair : m_map.pairs) {
        const auto row = std::ranges::find(m_map.cores, pair.from) - m_map.cores.begin();
        const auto column = std::ranges::find(m_map.cores, pair.to) - m_map.cores.begin();
        if (grid.cell(static_cast<std::size_t>(row), static_cast<std::size_t>(column))
                .contains(help->pos())) {
            QToolTip::showText(help->globalPos(), toolTipOf(pair), this);
            return true;
        }
    }
    QToolTip::hideText();
    return true;
}

} // namespace ipclab
