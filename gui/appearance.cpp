#include "gui/appearance.h"

#include <QApplication>
#include <QFile>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QProxyStyle>
#include <QStyleFactory>
#include <QSvgRenderer>

#include <array>
#include <utility>

static void initialiseResources()
{
    Q_INIT_RESOURCE(gui);
}

namespace ipclab {

namespace {

constexpr std::array themeWords{std::pair{ThemeChoice::System, "system"},
                                std::pair{ThemeChoice::Light, "light"}, std::pair{ThemeChoice::Dark, "dark"}};

constexpr std::array styleColours{
    std::pair{"@window", ColourRole::Window},   std::pair{"@card", ColourRole::Card},
    std::pair{"@border", ColourRole::Border},   std::pair{"@text", ColourRole::Text},
    std::pair{"@muted", ColourRole::MutedText}, std::pair{"@accent", ColourRole::Selection},
    std::pair{"@good", ColourRole::Running},    std::pair{"@problem", ColourRole::BlockedSending},
    std::pair{"@grid", ColourRole::Grid},
};

constexpr const char* systemThemeProperty = "ipclabSystemIsDark";

QByteArray resource(const QString& path)
{
    QFile file(path);
    [[maybe_unused]] const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened);
    return file.readAll();
}

Brightness brightnessOf(ThemeChoice choice)
{
    const bool systemIsDark = qApp->property(systemThemeProperty).toBool();
    const bool dark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && systemIsDark);
    return dark ? Brightness::Dark : Brightness::Light;
}

QColor mixed(const QColor& one, const QColor& other, double share)
{
    const auto part = [share](int a, int b) { return qRound(a * (1 - share) + b * share); };
    return {part(one.red(), other.red()), part(one.green(), other.green()), part(one.blue(), other.blue())};
}

QPalette paletteOf(const Theme& theme)
{
    const QColor text = theme.colour(ColourRole::Text);
    const QColor card = theme.colour(ColourRole::Card);
    QPalette palette(card, theme.colour(ColourRole::Window));
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        palette.setColor(role, text);
    palette.setColor(QPalette::Base, card);
    palette.setColor(QPalette::AlternateBase, theme.colour(ColourRole::Window));
    palette.setColor(QPalette::ToolTipBase, card);
    palette.setColor(QPalette::Highlight, theme.colour(ColourRole::Selection));
    palette.setColor(QPalette::HighlightedText, card);
    palette.setColor(QPalette::Link, theme.colour(ColourRole::Selection));
    palette.setColor(QPalette::PlaceholderText, theme.colour(ColourRole::MutedText));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, mixed(text, card, 0.6));
    return palette;
}

QString styleSheetOf(const Theme& theme)
{
    QString sheet = QString::fromUtf8(resource(QStringLiteral(":/style.qss")));
    const QColor card = theme.colour(ColourRole::Card);
    const QColor accent = theme.colour(ColourRole::Selection);
    sheet.replace(QLatin1String("@softaccent"), mixed(card, accent, 0.14).name());
    sheet.replace(QLatin1String("@accenthover"), mixed(accent, theme.colour(ColourRole::Text), 0.15).name());
    // The orange alone is too light for small text on white, and too dark on the dark card.
    sheet.replace(
        QLatin1String("@problemtext"),
        mixed(theme.colour(ColourRole::BlockedSending), theme.colour(ColourRole::Text), 0.25).name());
    sheet.replace(QLatin1String("@softproblem"),
                  mixed(card, theme.colour(ColourRole::BlockedSending), 0.12).name());
    sheet.replace(QLatin1String("@softgood"), mixed(card, theme.colour(ColourRole::Running), 0.12).name());
    sheet.replace(QLatin1String("@outline"),
                  mixed(theme.colour(ColourRole::Border), theme.colour(ColourRole::MutedText), 0.35).name());
    sheet.replace(QLatin1String("@disabled"), mixed(theme.colour(ColourRole::MutedText), card, 0.45).name());
    for (const auto& [word, role] : styleColours)
        sheet.replace(QLatin1String(word), theme.colour(role).name());
    return sheet;
}

/// Fusion, without pictures on the buttons of dialogs: they come from the desktop's icons, not from ours.
class PlainButtonsStyle final : public QProxyStyle {
public:
    using QProxyStyle::QProxyStyle;
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* answer) const override
    {
        return hint == SH_DialogButtonBox_ButtonsHaveIcons
                   ? 0
                   : QProxyStyle::styleHint(hint, option, widget, answer);
    }
};

} // namespace

QString word(ThemeChoice choice)
{
    for (const auto& [known, text] : themeWords) {
        if (known == choice)
            return QLatin1String(text);
    }
    Q_UNREACHABLE();
}

ThemeChoice themeChoice(const QString& word)
{
    for (const auto& [known, text] : themeWords) {
        if (word == QLatin1String(text))
            return known;
    }
    return ThemeChoice::System;
}

void prepareApplication(QApplication& application)
{
    initialiseResources();
    const double lightness = QApplication::palette().color(QPalette::Window).lightnessF();
    application.setProperty(systemThemeProperty, lightness < 0.5);
    QApplication::setStyle(new PlainButtonsStyle(QStyleFactory::create(QStringLiteral("Fusion"))));
    QFont font(QStringLiteral("sans-serif"), 10);
    font.setStyleHint(QFont::SansSerif);
    QApplication::setFont(font);
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/ipclab.svg")));
}

void applyTheme(ThemeChoice choice)
{
    const Theme theme(brightnessOf(choice));
    QApplication::setPalette(paletteOf(theme));
    qApp->setStyleSheet(styleSheetOf(theme));
}

QIcon icon(const QString& name, ColourRole colour)
{
    QByteArray picture = resource(QStringLiteral(":/icons/%1.svg").arg(name));
    const Theme theme = Theme::fromPalette(QApplication::palette());
    picture.replace("currentColor", theme.colour(colour).name().toLatin1());
    QSvgRenderer renderer(picture);
    QIcon result;
    for (const int size : {16, 20, 32, 40, 64}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        result.addPixmap(pixmap);
    }
    return result;
}

} // namespace ipclab
