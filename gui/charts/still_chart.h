#pragma once

#include "gui/charts/plot.h"

#include <QChartView>

#include <optional>

namespace ipclab {

/// Shows a plot in the colours of the palette. A right click asks for the menu by which it leaves the
/// program.
class StillChart final : public QChartView {
    Q_OBJECT

public:
    explicit StillChart(QWidget* parent = nullptr);

    void show(const Plot& plot);
    const std::optional<Plot>& plot() const { return m_plot; }

    using QChartView::show;

signals:
    void menuWanted(const ipclab::Plot& plot, const QPoint& globalPosition);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    /// What nobody sees is drawn when it is shown.
    void draw();

    std::optional<Plot> m_plot;
    bool m_isStale = false; ///< the chart is not that of the plot
};

} // namespace ipclab
