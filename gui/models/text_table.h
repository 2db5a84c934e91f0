#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <QStringList>

#include <vector>

namespace ipclab {

enum class CellTone { Plain, Muted, Good, Bad, Badge };

/// One text of a table.
struct TableCell {
    QString text;
    CellTone tone = CellTone::Plain;
    QString toolTip = {};
    bool isNumber = false; ///< stands at the right
    bool operator==(const TableCell&) const = default;
};

using TableRow = std::vector<TableCell>;

/// A table as it is to be read. Every row has as many cells as there are columns. A value.
struct TextTable {
    QStringList columns;
    std::vector<TableRow> rows;
    bool operator==(const TextTable&) const = default;

    /// With tabulators and line breaks, as spreadsheets take it.
    QString plainText() const;
};

/// Shows a TextTable. As long as its shape stays, only its values change, and a selection stays.
class TextTableModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    void show(TextTable table);
    const TextTable& table() const { return m_table; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    TextTable m_table;
};

} // namespace ipclab
