#pragma once

#include "gui/charts/chart_face.h"

#include <QGraphicsItem>

namespace ipclab {

/// The first line of a chart: title and unit at the left, legend at the right. Where the legend does not fit
/// beside the title it goes to lines of its own below.
class ChartCaption final : public QGraphicsItem {
public:
    ChartCaption(const ChartFace& face, const Theme& theme, QGraphicsItem* parent);

    void setTheme(const Theme& theme);

    /// Lays the caption out and returns its height.
    double setWidth(double width);

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    struct Entry {
        QString text;
        ColourRole colour;
        QRectF place;
    };

    double entryWidth(const Entry& entry) const;
    double titleWidth() const;
    void placeRight(std::size_t first, std::size_t end, double top);

    QString m_title;
    QString m_unit;
    std::vector<Entry> m_entries;
    bool m_areas;
    Theme m_theme;
    QSizeF m_size;
};

} // namespace ipclab
