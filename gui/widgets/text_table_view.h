#pragma once

#include "gui/models/text_table.h"

#include <QTableView>

namespace ipclab {

/// A table of texts that takes as much height as its rows need, so that a page scrolls as a whole. The last
/// column takes what width is left, unless it holds numbers, and long texts wrap. Rows can be copied, by
/// Ctrl+C or from the menu.
class TextTableView final : public QTableView {
    Q_OBJECT

public:
    enum class Header { Shown, Hidden };

    TextTableView(const QString& name, Header header, QWidget* parent);

    void show(TextTable table);
    const TextTableModel& texts() const { return *m_model; }

    /// The selected rows; all if none is.
    void copy() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    bool endsInNumbers() const;
    int columnsOfOwnWidth() const;
    void fitColumns();
    void fitRows();
    void giveRoomToLastColumn();
    void fitLater();

    TextTableModel* m_model;
};

} // namespace ipclab
