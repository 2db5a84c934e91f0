#pragma once

#include "gui/charts/chart_theme.h"
#include "gui/charts/trace_columns.h"

#include <QImage>
#include <QStaticText>
#include <QWidget>

#include <map>
#include <optional>

namespace ipclab {

/// One line beside the cursor.
struct ReadoutLine {
    QColor colour; ///< of the swatch before the text; invalid for none
    QString text;
};

/// The moving part of a chart: an opaque widget over the plot area. It owns one background (the empty plot)
/// and one image into which every frame is composed; no image is created per frame. It leaves the mouse to
/// its parent.
class LiveLayer final : public QWidget {
public:
    /// The layer is this much higher than the plot area at either end, so that lines at the very top or
    /// bottom of the axis keep their thickness.
    static constexpr int overscan = 3;

    explicit LiveLayer(QWidget* parent);

    /// `empty` shows the layer's whole area without traces, in device pixels.
    void setBackground(const QImage& empty, const Theme& theme);

    /// Pixels from one end of the time axis to the other.
    int columnSpan() const;

    /// Composes the next frame.
    void draw(const PlotView& view);

    /// A vertical line at `x` (in this widget) with values beside it.
    void showCursor(double x, std::vector<ReadoutLine> readout);
    void hideCursor();

    /// The range that is being dragged over.
    void showSelection(double fromX, double toX);
    void hideSelection();

    const QImage& image() const { return m_image; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Cursor {
        double x;
        std::vector<ReadoutLine> readout;
    };
    struct Selection {
        double from;
        double to;
    };

    RowScale rowScale(const PlotView& view) const;
    void drawTraces(const PlotView& view, const ColumnGrid& grid);
    void drawStack(const PlotView& view, const ColumnGrid& grid);
    void drawGridOver(const PlotView& view, const RowScale& rows);
    void drawMarks(const PlotView& view);
    const QStaticText& labelOf(const QString& text);
    void paintCursor(QPainter& painter, const Cursor& cursor) const;

    Theme m_theme;
    QImage m_background;
    QImage m_image;
    ColumnSpans m_spans;
    std::vector<double> m_means;
    std::vector<float> m_stackRows;
    /// Of marks; their glyphs are laid out once and not for each frame.
    std::map<QString, QStaticText> m_labels;
    std::optional<Cursor> m_cursor;
    std::optional<Selection> m_selection;
};

} // namespace ipclab
