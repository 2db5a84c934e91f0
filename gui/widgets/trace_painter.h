#pragma once

#include "engine/measure/trace_index.h"
#include "gui/charts/chart_theme.h"

#include <QPointF>
#include <QRect>

#include <optional>
#include <vector>

class QPainter;

namespace ipclab {

/// Where lanes lie in a widget, and which time they show. A value.
struct LaneView {
    QRect plot;
    std::vector<QRect> lanes; ///< by worker
    double from = 0;          ///< seconds since the start of the load
    double to = 1;
    double pixelRatio = 1;

    double xOf(Nanoseconds time) const;
    Nanoseconds timeAt(double x) const;
};

/// Draws a trace into lanes: what each worker was at as colour, its sends above and its receives below as
/// bars with their numbers, and lines from sends to receives. Draws only what a column of pixels can show:
/// where there are more transfers than that, how many there are. Borrows everything.
class TracePainter final {
public:
    TracePainter(const TraceIndex& index, const LaneView& view, const Theme& theme);

    void paint(QPainter& painter) const;
    /// These transfers in the order of a message's way, stressed and joined.
    void paintWay(QPainter& painter, const std::vector<TraceSpot>& way) const;

    /// What is drawn at a place; a transfer rather than the wait behind it.
    std::optional<TraceSpot> spotAt(QPointF position) const;

private:
    std::span<const std::uint32_t> visible(std::size_t worker, TraceKind kind) const;
    bool showsSingly(std::size_t worker, TraceKind kind) const;
    bool showsStates() const;
    QRectF barOf(const TraceSpot& spot) const;
    void paintStates(QPainter& painter, std::size_t worker) const;
    void paintTransfers(QPainter& painter, std::size_t worker, TraceKind kind) const;
    void paintBurst(QPainter& painter, std::size_t worker, TraceKind kind) const;
    void paintBar(QPainter& painter, const TraceSpot& spot, const QColor& edge) const;
    void paintFlights(QPainter& painter, std::size_t worker) const;
    void paintFlight(QPainter& painter, const TraceSpot& from, const TraceSpot& to) const;

    const TraceIndex& m_index;
    const LaneView& m_view;
    const Theme& m_theme;
    Nanoseconds m_from;
    Nanoseconds m_to;
};

} // namespace ipclab
