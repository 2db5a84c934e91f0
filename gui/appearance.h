#pragma once

#include "gui/charts/chart_theme.h"

#include <QIcon>
#include <QString>

class QApplication;

namespace ipclab {

enum class ThemeChoice { System, Light, Dark };

/// As settings say it: "dark". An unknown word is the system's theme.
QString word(ThemeChoice choice);
ThemeChoice themeChoice(const QString& word);

/// Style, font and application name: once, before the first window. The system's palette is remembered here.
void prepareApplication(QApplication& application);

/// Gives the whole program a theme: palette and style sheet. Widgets that draw for themselves follow by
/// QEvent::PaletteChange.
void applyTheme(ThemeChoice choice);

/// One of the program's own icons (a file of resources/icons) in a colour of the present theme, crisp at any
/// scale.
QIcon icon(const QString& name, ColourRole colour);

} // namespace ipclab
