#pragma once

#include <QColor>
#include <QFont>

class QChart;
class QPalette;

namespace ipclab {

/// What a colour stands for. Every chart, table and tile takes its colours from here, so that one meaning has
/// one colour in the whole program. The hues are those of Okabe and Ito, which colour-blind readers can tell
/// apart.
enum class ColourRole {
    Window,
    Card,
    Border,
    Grid,
    Text,
    MutedText,
    Cursor,
    Event,
    Selection,
    Running,
    Ready,
    BlockedSending,
    BlockedReceiving,
    Pacing,
    Sleeping,
    Delivered,
    Offered,
    Fill,
    Capacity,
    Percentile50,
    Percentile90,
    Percentile99,
    Percentile999,
    Maximum,
    LostUpdates,
    StaleReads,
    TornRecords,
};

enum class Brightness { Light, Dark };

/// A value: the colours and fonts of all charts in one brightness.
class Theme {
public:
    explicit Theme(Brightness brightness = Brightness::Light);

    /// Light or dark, whichever the palette's window colour is.
    static Theme fromPalette(const QPalette& palette);

    Brightness brightness() const { return m_brightness; }
    QColor colour(ColourRole role) const;

    /// A translucent line that shows the grid through filled areas.
    QColor gridOverAreas() const;

    /// A quiet line, against which others are to be seen.
    QColor backgroundLine() const;

    /// A card-coloured veil that keeps text readable over traces.
    QColor paperUnderText() const;

    /// Colours of things that have no meaning of their own (runs compared side by side); repeats after eight.
    QColor category(int index) const;

    /// Fonts in pixels and with the resolved family, so that an exported file looks the same on every device.
    QFont titleFont() const;
    QFont legendFont() const;
    QFont labelFont() const;

    /// Gives a chart's background, title, legend and axes these colours and fonts. Series keep their own
    /// pens.
    void applyTo(QChart& chart) const;

    bool operator==(const Theme&) const = default;

private:
    Brightness m_brightness;
};

} // namespace ipclab
