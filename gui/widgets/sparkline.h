#pragma once

#include "gui/charts/chart_theme.h"
#include "gui/charts/number_text.h"

#include <QWidget>

#include <deque>

namespace ipclab {

/// A small chart of the last two minutes of one figure, with its caption and its newest value, below the
/// caption where there is no room beside it.
class Sparkline final : public QWidget {
    Q_OBJECT

public:
    Sparkline(const QString& caption, Quantity quantity, ColourRole colour, QWidget* parent);

    void clear();
    void add(double value);
    /// Newest last.
    const std::deque<double>& values() const { return m_values; }

    QSize sizeHint() const override { return {180, 58}; }
    QSize minimumSizeHint() const override { return {90, 58}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_caption;
    Quantity m_quantity;
    ColourRole m_colour;
    std::deque<double> m_values;
};

} // namespace ipclab
