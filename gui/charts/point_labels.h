#pragma once

#include "gui/charts/chart_theme.h"

#include <QGraphicsItem>
#include <QPointF>
#include <QString>

#include <vector>

class QChart;

namespace ipclab {

/// A name that belongs to a point of a chart, in the units of its axes.
struct PointLabel {
    QString text;
    QPointF point;
};

/// Where texts of these sizes can stand beside their points in the room, so that none covers another one or a
/// point; in the order of the points. Where there is no such place it is above its point all the same.
std::vector<QRectF> placeBeside(const std::vector<QPointF>& points, const std::vector<QSizeF>& sizes,
                                const QRectF& room);

/// The names of a chart's points, beside them. A thin line leads to a name that had to move away.
class PointLabels final : public QGraphicsItem {
public:
    /// Belongs to the chart, which needs at least one series.
    PointLabels(QChart* chart, std::vector<PointLabel> labels, const Theme& theme);

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    QChart* m_chart;
    std::vector<PointLabel> m_labels;
    Theme m_theme;
};

} // namespace ipclab
