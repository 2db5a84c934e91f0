#pragma once

#include "gui/charts/trace_columns.h"

#include <QGraphicsItem>

class QChart;

namespace ipclab {

/// The twin of LiveLayer for files: draws the same view into the plot area of a chart as true vectors, one
/// polyline per unbroken trace, cut off at the plot area by itself (SVG ignores clipping). It owns copies of
/// what it draws.
class TraceItem final : public QGraphicsItem {
public:
    TraceItem(const PlotView& view, const Theme& theme, QChart* chart);

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    PlotView view() const;
    void paintLines(QPainter& painter) const;
    void paintStack(QPainter& painter) const;
    void paintGridOver(QPainter& painter) const;
    void paintMarks(QPainter& painter) const;
    QRectF plotArea() const;

    ChartFace m_face;
    std::vector<TraceHistory> m_histories;
    std::vector<EventMark> m_marks;
    std::vector<AxisTick> m_valueTicks;
    TimeRange m_time;
    double m_newest;
    double m_bottom;
    double m_top;
    Theme m_theme;
    QChart* m_chart;
};

} // namespace ipclab
