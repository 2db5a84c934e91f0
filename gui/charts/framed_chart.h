#pragma once

#include "gui/charts/chart_caption.h"
#include "gui/charts/value_scale.h"

#include <QChart>

class QCategoryAxis;

namespace ipclab {

enum class AxisTitles { Hidden, Shown };

/// A QChart that wears a face and holds no data: card, caption, axes and grid, laid out on whole pixels so
/// that the grid is crisp. The time axis runs from 0 to 1, the value axis in the units of a ValueScale.
/// Changing ticks lays the axes out anew, which is slow; setting equal ticks costs nothing.
class FramedChart final : public QChart {
public:
    FramedChart(const ChartFace& face, const Theme& theme, AxisTitles titles);

    void setTheme(const Theme& theme);

    /// Square corners and no border, for a file.
    void setPlain();

    /// Both return true if anything changed.
    bool setTimeTicks(const std::vector<AxisTick>& ticks);
    bool setValueTicks(double bottom, double top, const std::vector<AxisTick>& ticks);

    /// Lays everything out for this size at once. plotArea() is on whole pixels afterwards.
    void layOut(const QSizeF& size);

protected:
    void resizeEvent(QGraphicsSceneResizeEvent* event) override;

private:
    void placeContents();
    double widestValueLabel() const;
    void setTicks(QCategoryAxis& axis, double from, double to, const std::vector<AxisTick>& ticks);

    QCategoryAxis* m_time;
    QCategoryAxis* m_value;
    ChartCaption* m_caption;
    Theme m_theme;
    AxisTitles m_titles;
    bool m_isPlain = false;
    std::vector<AxisTick> m_timeTicks;
    std::vector<AxisTick> m_valueTicks;
    double m_bottom = 0;
    double m_top = 0;
    bool m_stale = true; ///< something has changed since the contents were placed
};

} // namespace ipclab
