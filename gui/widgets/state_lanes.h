#pragma once

#include "engine/measure/trace_index.h"
#include "gui/models/lane_history.h"
#include "gui/widgets/trace_painter.h"

#include <QStringList>
#include <QWidget>

#include <vector>

namespace ipclab {

/// A lane per worker, coloured by what its time went to, with the events of the run as lines through all of
/// them. The wheel zooms around the mouse, dragging moves, a double click shows the whole run again. Where
/// the run was traced, down to single messages: one of them can be chosen with the mouse, and left and right
/// step through them.
class StateLanes final : public QWidget {
    Q_OBJECT

public:
    explicit StateLanes(QWidget* parent = nullptr);

    void begin(const QStringList& roles);
    void append(const SeriesPoint& point) { m_history.append(point); }
    void mark(double seconds, const QString& text);

    /// The visible part, in seconds since the start of the load.
    double visibleFrom() const { return m_isZoomed ? m_from : 0; }
    double visibleTo() const { return m_isZoomed ? m_to : std::max(m_history.end(), 1.0); }
    void show(double from, double to);
    void showAll();

    enum class Step { Back, Forward };

    /// The trace of the run that is shown, when it is over; null when there is none.
    void setTrace(std::shared_ptr<const TraceIndex> trace);
    /// Goes to the transfer after or before the chosen one, or to the first in sight.
    void step(Step direction);
    void choose(std::optional<TraceSpot> spot);
    std::optional<TraceSpot> chosen() const { return m_chosen; }
    /// Whether the whole way of the chosen message is stressed, and not only its send and receive.
    void setFollowing(bool isFollowing);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// A sentence about the chosen message; empty when none is chosen.
    void told(const QString& sentence);
    void followingToggled();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Mark {
        double seconds = 0;
        QString text;
    };

    int laneHeight() const;
    QRect laneArea(std::size_t lane) const;
    QRect plotArea() const;
    double secondsAt(double x) const;
    double xAt(double seconds) const;
    void paintLane(QPainter& painter, std::size_t lane) const;
    void paintMarks(QPainter& painter) const;
    QString textAt(QPoint position) const;
    QString sampleTextAt(std::size_t lane, double seconds) const;
    LaneView laneView() const;
    double shortestView() const;
    bool isInSight(const TraceEvent& event) const;
    void bringIntoSight(const TraceSpot& spot);
    void zoomAround(double at, double factor);
    void tellChosen();
    void paintTrace(QPainter& painter) const;

    LaneHistory m_history;
    QStringList m_roles;
    std::vector<Mark> m_marks;
    bool m_isZoomed = false;
    double m_from = 0;
    double m_to = 0;
    QPointF m_dragged;
    bool m_hasDragged = false;
    std::shared_ptr<const TraceIndex> m_trace;
    std::optional<TraceSpot> m_chosen;
    bool m_isFollowing = false;
};

} // namespace ipclab
