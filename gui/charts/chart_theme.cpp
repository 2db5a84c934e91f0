#include "gui/charts/chart_theme.h"

#include <QAbstractAxis>
#include <QApplication>
#include <QChart>
#include <QFontInfo>
#include <QLegend>
#include <QPalette>
#include <QPen>

#include <array>

namespace ipclab {

namespace {

struct RoleColours {
    ColourRole role;
    QRgb light;
    QRgb dark;
};

constexpr std::array roleColours{
    RoleColours{ColourRole::Window, 0xfff5f7fa, 0xff202020},
    RoleColours{ColourRole::Card, 0xffffffff, 0xff282828},
    RoleColours{ColourRole::Border, 0xffdfe3e8, 0xff3d3d3d},
    RoleColours{ColourRole::Grid, 0xffe6e8ec, 0xff3a3a3a},
    RoleColours{ColourRole::Text, 0xff1f2430, 0xffececec},
    RoleColours{ColourRole::MutedText, 0xff5b6472, 0xffa8adb5},
    RoleColours{ColourRole::Cursor, 0xff3c4454, 0xffd0d4da},
    RoleColours{ColourRole::Event, 0xff7a3e9d, 0xffc79be3},
    RoleColours{ColourRole::Selection, 0xff0072b2, 0xff6fb7e9},
    RoleColours{ColourRole::Running, 0xff009e73, 0xff009e73},
    RoleColours{ColourRole::Ready, 0xffe0b000, 0xffe0b000},
    RoleColours{ColourRole::BlockedSending, 0xffd55e00, 0xffd55e00},
    RoleColours{ColourRole::BlockedReceiving, 0xff56b4e9, 0xff56b4e9},
    RoleColours{ColourRole::Pacing, 0xffc9ccd1, 0xff5a5e64},
    RoleColours{ColourRole::Sleeping, 0xffcc79a7, 0xffcc79a7},
    RoleColours{ColourRole::Delivered, 0xff0072b2, 0xff4fa8e0},
    RoleColours{ColourRole::Offered, 0xff9a9a9a, 0xff9a9a9a},
    RoleColours{ColourRole::Fill, 0xff0072b2, 0xff4fa8e0},
    RoleColours{ColourRole::Capacity, 0xffd55e00, 0xfff07d33},
    RoleColours{ColourRole::Percentile50, 0xff0072b2, 0xff4fa8e0},
    RoleColours{ColourRole::Percentile90, 0xff009e73, 0xff22c197},
    RoleColours{ColourRole::Percentile99, 0xffe69f00, 0xffe69f00},
    RoleColours{ColourRole::Percentile999, 0xffd55e00, 0xfff07d33},
    RoleColours{ColourRole::Maximum, 0xffcc79a7, 0xffdf9cc2},
    RoleColours{ColourRole::LostUpdates, 0xffd55e00, 0xfff07d33},
    RoleColours{ColourRole::StaleReads, 0xff0072b2, 0xff4fa8e0},
    RoleColours{ColourRole::TornRecords, 0xffcc79a7, 0xffdf9cc2},
};

constexpr std::array categoryRoles{
    ColourRole::Delivered,     ColourRole::Percentile99, ColourRole::Percentile90,     ColourRole::Maximum,
    ColourRole::Percentile999, ColourRole::Ready,        ColourRole::BlockedReceiving, ColourRole::Offered,
};

QFont resolvedFont(double factor)
{
    QFont font = QApplication::font();
    const QFontInfo actual(font);
    font.setFamily(actual.family());
    font.setPixelSize(qMax(9, qRound(actual.pixelSize() * factor)));
    return font;
}

} // namespace

Theme::Theme(Brightness brightness) : m_brightness(brightness) {}

Theme Theme::fromPalette(const QPalette& palette)
{
    const bool dark = palette.color(QPalette::Window).lightnessF() < 0.5F;
    return Theme(dark ? Brightness::Dark : Brightness::Light);
}

QColor Theme::colour(ColourRole role) const
{
    for (const RoleColours& entry : roleColours) {
        if (entry.role == role)
            return QColor::fromRgb(m_brightness == Brightness::Dark ? entry.dark : entry.light);
    }
    Q_UNREACHABLE();
}

QColor Theme::gridOverAreas() const
{
    return QColor(255, 255, 255, m_brightness == Brightness::Dark ? 40 : 90);
}

QColor Theme::backgroundLine() const
{
    QColor line = colour(ColourRole::MutedText);
    line.setAlphaF(0.4F);
    return line;
}

QColor Theme::paperUnderText() const
{
    QColor paper = colour(ColourRole::Card);
    paper.setAlphaF(0.85F);
    return paper;
}

QColor Theme::category(int index) const
{
    return colour(categoryRoles.at(static_cast<std::size_t>(index) % categoryRoles.size()));
}

QFont Theme::titleFont() const
{
    QFont font = resolvedFont(1.0);
    font.setBold(true);
    return font;
}

QFont Theme::legendFont() const
{
    return resolvedFont(0.92);
}

QFont Theme::labelFont() const
{
    return resolvedFont(0.85);
}

void Theme::applyTo(QChart& chart) const
{
    chart.setBackgroundBrush(colour(ColourRole::Card));
    // Visible though empty: Qt 6.4 lays out the axes of a chart with a fixed plot area only then.
    chart.setPlotAreaBackgroundBrush(Qt::NoBrush);
    chart.setPlotAreaBackgroundPen(Qt::NoPen);
    chart.setPlotAreaBackgroundVisible(true);
    chart.setDropShadowEnabled(false);
    chart.setTitleBrush(colour(ColourRole::Text));
    chart.setTitleFont(titleFont());
    chart.legend()->setLabelColor(colour(ColourRole::Text));
    chart.legend()->setFont(legendFont());

    const QPen gridPen(colour(ColourRole::Grid), 1.0);
    for (QAbstractAxis* axis : chart.axes()) {
        axis->setLabelsColor(colour(ColourRole::MutedText));
        axis->setLabelsFont(labelFont());
        axis->setTitleBrush(colour(ColourRole::MutedText));
        axis->setTitleFont(labelFont());
        axis->setGridLinePen(gridPen);
        axis->setLinePen(gridPen);
        axis->setMinorGridLineVisible(false);
    }
}

} // namespace ipclab
