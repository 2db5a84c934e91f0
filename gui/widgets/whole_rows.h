#pragma once

#include <QWidget>

class QTableView;

namespace ipclab {

/// Gives a table of equally high rows the height of as many of them as fit, so that none is cut.
class WholeRows final : public QWidget {
    Q_OBJECT

public:
    /// Takes the table over; `leastRows` of it are always in sight.
    WholeRows(QTableView* table, int leastRows, QWidget* parent);

    QSize minimumSizeHint() const override;

signals:
    void widthChanged(int width);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    int headerHeight() const;
    int rowHeight() const;

    QTableView* m_table;
    int m_leastRows;
};

} // namespace ipclab
