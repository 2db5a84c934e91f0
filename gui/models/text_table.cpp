#include "gui/models/text_table.h"

#include "gui/charts/chart_theme.h"

#include <QApplication>
#include <QFont>
#include <QPalette>

namespace ipclab {

namespace {

Qt::Alignment alignmentOf(const TableCell& cell)
{
    return Qt::AlignTop | (cell.isNumber ? Qt::AlignRight : Qt::AlignLeft);
}

QColor colourOf(CellTone tone)
{
    const Theme theme = Theme::fromPalette(QApplication::palette());
    switch (tone) {
    case CellTone::Muted:
        return theme.colour(ColourRole::MutedText);
    case CellTone::Good:
        return theme.colour(ColourRole::Running);
    case CellTone::Bad:
        return theme.colour(ColourRole::Capacity);
    case CellTone::Badge:
        return theme.colour(ColourRole::Selection);
    case CellTone::Plain:
        break;
    }
    return theme.colour(ColourRole::Text);
}

QFont fontOf(CellTone tone)
{
    QFont font = QApplication::font();
    font.setBold(tone == CellTone::Good || tone == CellTone::Bad || tone == CellTone::Badge);
    return font;
}

} // namespace

QString TextTable::plainText() const
{
    QString text = columns.join('\t') + '\n';
    for (const TableRow& row : rows) {
        QStringList cells;
        for (const TableCell& cell : row)
            cells << cell.text;
        text += cells.join('\t') + '\n';
    }
    return text;
}

void TextTableModel::show(TextTable table)
{
    if (table == m_table)
        return;
    if (table.columns != m_table.columns || table.rows.size() != m_table.rows.size()) {
        beginResetModel();
        m_table = std::move(table);
        endResetModel();
        return;
    }
    m_table = std::move(table);
    if (!m_table.rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int TextTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.rows.size());
}

int TextTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_table.columns.size());
}

QVariant TextTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const TableCell& cell =
        m_table.rows[static_cast<std::size_t>(index.row())][static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case Qt::ToolTipRole:
        return cell.toolTip.isEmpty() ? QVariant() : QVariant(cell.toolTip);
    case Qt::ForegroundRole:
        return colourOf(cell.tone);
    case Qt::FontRole:
        return fontOf(cell.tone);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(alignmentOf(cell));
    default:
        return {};
    }
}

QVariant TextTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::DisplayRole)
        return m_table.columns[section];
    if (role != Qt::TextAlignmentRole)
        return {};
    const bool isNumber =
        !m_table.rows.empty() && m_table.rows.front()[static_cast<std::size_t>(section)].isNumber;
    return QVariant::fromValue(Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft));
}

} // namespace ipclab
