#pragma once

#include "gui/models/lane_history.h"

#include <QStringList>
#include <QWidget>

#include <vector>

namespace ipclab {

/// A lane per worker, coloured by what its time went to, with the events of the run as lines through all of
/// them. The wheel zooms around the mouse, dragging moves, a double click shows the whole run again.
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

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
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

    QRect laneArea(std::size_t lane) const;
    QRect plotArea() const;
    double secondsAt(double x) const;
    double xAt(double seconds) const;
    void paintLane(QPainter& painter, std::size_t lane) const;
    void paintMarks(QPainter& painter) const;
    void paintAxis(QPainter& painter) const;
    QString textAt(QPoint position) const;

    LaneHistory m_history;
    QStringList m_roles;
    std::vector<Mark> m_marks;
    bool m_isZoomed = false;
    double m_from = 0;
    double m_to = 0;
    QPointF m_dragged;
};

} // namespace ipclab
