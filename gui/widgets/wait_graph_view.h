#pragma once

#include "engine/run/processes/wait_graph.h"

#include <QWidget>

namespace ipclab {

/// A picture of who waits for whom: a node for each worker, on a circle, and an arrow for each wait.
class WaitGraphView final : public QWidget {
    Q_OBJECT

public:
    explicit WaitGraphView(WaitGraph graph, QWidget* parent = nullptr);

    QSize sizeHint() const override { return {520, 300}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QPointF placeOf(const std::string& role) const;
    void drawArrow(QPainter& painter, const WaitEdge& edge) const;
    void drawNode(QPainter& painter, const std::string& role) const;

    WaitGraph m_graph;
};

} // namespace ipclab
