#pragma once

#include "gui/charts/chart_face.h"
#include "gui/charts/chart_theme.h"
#include "gui/charts/time_view.h"
#include "gui/charts/trace_columns.h"

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

/// Several samples of one interval in one.
struct Spread
{
    double low;
    double mean;
    double high;
};

/// All values of a chart at one moment, in base units and in the order of the face's traces; NaN where there
/// is none.
struct CursorReading
{
    double seconds;
    std::vector<double> values;
};

/// A chart that moves. Values may be appended at any rate; nothing is drawn until refresh(), which one timer
/// of the window calls for all charts. Its cost depends on the pixels shown, not on the length of the run.
/// Frame, axes and grid come from a QChart rendered into an image whenever an axis changes; the traces from a
/// LiveLayer. Dragging zooms, a double click or Esc shows all again, arrow keys move the cursor.
class LiveChart : public QWidget
{
    Q_OBJECT

public:
    explicit LiveChart(ChartFace face, QWidget* parent = nullptr);
    ~LiveChart() override;

    const ChartFace& face() const { return m_face; }

    /// Run time in seconds and one value per trace, in base units; NaN means that there is no value.
    void append(double seconds, std::span<const double> values);
    void append(double seconds, std::span<const Spread> values);

    /// A thin labelled line at a moment of the run. The newest two hundred are kept.
    void markEvent(double seconds, const QString& text);
    void clear();

    /// The newest `seconds`; nothing shows the whole run. Ends a zoom.
    void setWindow(std::optional<double> seconds);
    void setExpectedLength(std::optional<double> seconds);

    /// A paused view stands still while values keep coming in.
    void pause();
    void resume();
    bool isPaused() const { return m_time.isPaused(); }

    void zoom(const TimeRange& range);
    void resetZoom();
    bool isZoomed() const { return m_time.isZoomed(); }
    TimeRange visibleTime() const { return m_time.range(); }

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
    PlotView plotView() const;
    void noteChangeAt(double seconds);
    void changeView();
    void draw();
    bool updateTicks();
    void renderFrame();
    void moveCursor(double x);
    void refreshCursor();
    std::vector<ReadoutLine> readoutOf(const CursorReading& reading) const;
    double secondsAt(double x) const;

    ChartFace m_face;
    Theme m_theme;
    ValueScale m_scale;
    TimeView m_time;
    std::vector<TraceHistory> m_histories;
    std::vector<EventMark> m_marks;
    std::vector<double> m_latest; ///< base units

    QGraphicsScene m_scene;
    FramedChart* m_frame; ///< owned by the scene
    LiveLayer* m_layer;
    QImage m_frameImage;
    QElapsedTimer m_clock;
    bool m_changed = true;
    std::optional<double> m_cursorX; ///< in the layer
    std::optional<double> m_dragFrom;
};

} // namespace ipclab
