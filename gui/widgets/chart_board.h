#pragma once

#include "gui/chart_catalog.h"

#include <QWidget>

#include <optional>
#include <vector>

class QGridLayout;

namespace ipclab {

class ChartStack;
class LiveChart;

/// The charts of one run, two in a row. They share the stretch of time in view, the zoom and the cursor.
class ChartBoard final : public QWidget {
    Q_OBJECT

public:
    explicit ChartBoard(QWidget* parent = nullptr);

    /// Empties the charts and makes those that the context asks for.
    void begin(const ChartContext& context, std::optional<double> expectedSeconds);
    void append(const SeriesPoint& point);
    /// The run is over.
    void end();
    void markEvent(double seconds, const QString& text);

    void setWindow(std::optional<double> seconds);
    void setPaused(bool paused);
    bool isZoomed() const;
    void resetZoom();

    /// Repaints what has changed.
    void refresh();

    /// All charts, also those that a switch hides, in the catalogue's order.
    std::vector<LiveChart*> charts() const;
    /// The one that the user last clicked, else the first.
    LiveChart* current() const;

signals:
    void menuWanted(ipclab::LiveChart* chart, const QPoint& globalPosition);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeCharts(const ChartContext& context);
    void adopt(LiveChart* chart);
    void spreadZoom(LiveChart* from);
    void spreadCursor(LiveChart* from, std::optional<double> seconds);

    QGridLayout* m_layout;
    std::vector<ChartStack*> m_stacks;
    std::optional<ChartContext> m_context;
    LiveChart* m_current = nullptr;
    std::optional<double> m_window;
    bool m_paused = false;
    bool m_spreading = false; ///< one chart's zoom is being given to the others
};

} // namespace ipclab
