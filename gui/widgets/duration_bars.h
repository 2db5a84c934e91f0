#pragma once

#include "engine/measure/histogram.h"
#include "gui/charts/chart_theme.h"

#include <QWidget>

#include <vector>

namespace ipclab {

/// Histograms of durations one above the other on a common logarithmic axis: a row for each, its bars as high
/// as their share of the row's highest. What a bar counts is said under the mouse.
class DurationBars final : public QWidget {
    Q_OBJECT

public:
    struct Row {
        QString name; ///< "sender, sending"
        LatencyCounts durations;
        ColourRole colour;
    };

    explicit DurationBars(QWidget* parent = nullptr);

    void show(std::vector<Row> rows);
    /// "sender, sending: 1 204 times 1.00 ms to 1.41 ms"; empty beside the bars.
    QString textAt(QPoint position) const;

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// Counts of one row, two bars an octave.
    using Bars = std::vector<std::uint64_t>;

    QRect rowArea(std::size_t row) const;
    double xOf(double halfOctave) const;
    void paintRow(QPainter& painter, std::size_t row) const;
    void paintAxis(QPainter& painter) const;

    std::vector<Row> m_rows;
    std::vector<Bars> m_bars;
    int m_first = 0; ///< the first and last half octave of nanoseconds in which something is counted
    int m_last = 1;
};

} // namespace ipclab
