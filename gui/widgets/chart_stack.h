#pragma once

#include "gui/chart_catalog.h"

#include <QFrame>

#include <vector>

class QStackedLayout;
class QVBoxLayout;

namespace ipclab {

class LiveChart;

/// A card with the charts of one group, of which one is seen; a switch below picks which, where there are
/// several.
class ChartStack final : public QFrame {
    Q_OBJECT

public:
    explicit ChartStack(QWidget* parent = nullptr);

    /// Replaces the charts; the present choice stays where it still exists. All given specs are of one group.
    void setSpecs(const std::vector<ChartSpec>& specs);

    const std::vector<LiveChart*>& charts() const { return m_charts; }
    LiveChart* current() const;

    void append(const SeriesPoint& point);

private:
    void addChart(const ChartSpec& spec);
    void showSwitch();

    std::vector<ChartSpec> m_specs;
    std::vector<LiveChart*> m_charts;
    QStackedLayout* m_stack;
    QVBoxLayout* m_layout;
    QWidget* m_switch = nullptr;
};

} // namespace ipclab
