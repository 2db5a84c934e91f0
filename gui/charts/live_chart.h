#pragma once

#include "gui/charts/chart_content.h"
#include "gui/charts/chart_theme.h"

#include <QElapsedTimer>
#include <QGraphicsScene>
#include <QImage>
#include <QWidget>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace ipclab {

class FramedChart;
class LiveLayer;
struct ReadoutLine;

/// A chart that moves. Values may be appended at any rate; nothing is drawn until refresh(), which one timer
/// of the window calls for all charts. Its cost depends on the pixels shown, not on the length of the run.
/// Frame, axes and grid come from a QChart rendered into an image whenever an axis changes; the traces from a
/// LiveLayer. Dragging zooms, a double click or Esc shows all again, arrow keys move the cursor.
class LiveChart : public QWidget {
    Q_OBJECT

public:
    explicit LiveChart(ChartFace face, QWidget* parent = nullptr);
    ~LiveChart() override;

    const ChartFace& face() const { return m_content.face(); }

    /// Run time in seconds and one value per trace, in base units; NaN means that there is no value.
    void append(double seconds, std::span<const double> values);
    void append(double seconds, std::span<const Spread> values);

    /// A thin labelled line at a moment of the run. The newest two hundred are kept.
    void markEvent(double seconds, const QString& text);
    void clear();

    /// The newest `seconds`; nothing shows the whole run. Ends a zoom.
    void setWindow(std::optional<double> seconds);
    void setExpectedLength(std::optional<double> seconds);
    /// Nothing more comes of this run: both axes end up as what it was needs them. Until clear().
    void end();

    /// A paused view stands still while values keep coming in.
    void pause();
    void resume();
    bool isPaused() const { return m_content.time().isPaused(); }

    void zoom(const TimeRange& range);
    void resetZoom();
    bool isZoomed() const { return m_content.time().isZoomed(); }
    TimeRange visibleTime() const { return m_content.time().range(); }

    /// Repaints if something in sight has changed since the last time, and says whether it did. A hidden
    /// chart never does.
    bool refresh();

    CursorReading readingAt(double seconds) const;
    /// Shows the cursor at a moment (of another chart, say), or hides it. Emits nothing.
    void showCursor(std::optional<double> seconds);

    /// What the chart shows, in a sentence, for who cannot see it.
    QString textAlternative() const;

    /// An independent chart of what is in sight, with axis titles and run times, for export in any size.
    std::unique_ptr<FramedChart> snapshot(const Theme& theme) const;

    /// Where traces are drawn, in this widget.
    QRect plotRect() const;
    QSize sizeHint() const override { return {460, 240}; }

signals:
    void cursorMoved(const ipclab::CursorReading& reading);
    void cursorLeft();
    void zoomChanged(bool zoomed);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    template <typename Change>
    void changeView(Change change);
    void draw();
    bool updateTicks();
    void renderFrame();
    void redrawAll();
    void moveCursor(double x);
    void refreshCursor();
    std::vector<ReadoutLine> readoutOf(const CursorReading& reading) const;
    double secondsAt(double x) const;

    ChartContent m_content;
    Theme m_theme;
    QGraphicsScene m_scene;
    FramedChart* m_frame; ///< owned by the scene
    LiveLayer* m_layer;
    QImage m_frameImage;
    QElapsedTimer m_clock;
    std::optional<double> m_cursorX; ///< in the layer
    std::optional<double> m_dragFrom;
};

} // namespace ipclab
