#pragma once

#include "engine/run/core_map.h"
#include "gui/charts/chart_theme.h"

#include <QWidget>

namespace ipclab {

/// Draws a core map: a cell for each pair, with its p50 where there is room for it. The colours are those of
/// "cividis", which colour-blind readers see as others do, on a logarithmic scale; a pair on one core has a
/// frame, for it waits in another way.
void paintCoreMap(QPainter& painter, const QRectF& place, const CoreMap& map, const Theme& theme);

/// A core map that fills as it is measured. What has no room in a cell is in its tool tip.
class CoreMapView final : public QWidget {
    Q_OBJECT

public:
    explicit CoreMapView(QWidget* parent = nullptr);

    void show(CoreMap map);
    const CoreMap& map() const { return m_map; }

    QSize sizeHint() const override { return {560, 480}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    CoreMap m_map;
};

} // namespace ipclab
