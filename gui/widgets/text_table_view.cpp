#include "gui/widgets/text_table_view.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QResizeEvent>
#include <QShowEvent>
#include <QStyledItemDelegate>

#include <algorithm>

namespace ipclab {

namespace {

constexpr int widestColumn = 340;
constexpr int roomInColumn = 14;
constexpr int roomInRow = 7;
constexpr int leastOfLastColumn = 130;
constexpr int leastOfAnyColumn = 90;
constexpr int paddingOfCell = 6; ///< at each side, as the style sheet has it

/// The style sheet adds the padding only after it has wrapped the text to the whole width of the column, and
/// then a text that just fits is a line too short.
class WrappingDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyleOptionViewItem padded = option;
        if (padded.rect.width() > 2 * paddingOfCell)
            padded.rect.adjust(paddingOfCell, 0, -paddingOfCell, 0);
        return QStyledItemDelegate::sizeHint(padded, index);
    }
};

} // namespace

TextTableView::TextTableView(const QString& name, Header header, QWidget* parent)
    : QTableView(parent), m_model(new TextTableModel(this))
{
    setModel(m_model);
    setItemDelegate(new WrappingDelegate(this));
    setAccessibleName(name);
    setSelectionBehavior(SelectRows);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setFrameShape(NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollMode(ScrollPerPixel);
    setWordWrap(true);
    setTextElideMode(Qt::ElideMiddle);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(12);
    horizontalHeader()->setVisible(header == Header::Shown);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setStretchLastSection(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);

    auto* copyAction = new QAction(tr("Copy"), this);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    connect(copyAction, &QAction::triggered, this, &TextTableView::copy);
    addAction(copyAction);
    setContextMenuPolicy(Qt::ActionsContextMenu);
}

void TextTableView::show(TextTable table)
{
    if (table == m_model->table())
        return;
    const bool hasNewShape = table.rows.size() != m_model->table().rows.size() ||
                             table.columns.size() != m_model->table().columns.size();
    m_model->show(std::move(table));
    horizontalHeader()->setStretchLastSection(!endsInNumbers());
    if (hasNewShape)
        fitColumns();
    fitRows();
}

void TextTableView::copy() const
{
    TextTable table = m_model->table();
    const QModelIndexList selected = selectionModel()->selectedRows();
    if (!selected.isEmpty()) {
        std::vector<TableRow> rows;
        for (const QModelIndex& index : selected)
            rows.push_back(table.rows[static_cast<std::size_t>(index.row())]);
        table.rows = std::move(rows);
    }
    QApplication::clipboard()->setText(table.plainText());
}

QSize TextTableView::sizeHint() const
{
    int height = horizontalHeader()->isHidden() ? 0 : horizontalHeader()->sizeHint().height();
    for (int row = 0; row < m_model->rowCount(); ++row)
        height += rowHeight(row);
    const int columns = columnsOfOwnWidth();
    int width = 0;
    for (int column = 0; column < columns; ++column)
        width += columnWidth(column);
    const int last = columns < m_model->columnCount() ? horizontalHeader()->minimumSectionSize() : 0;
    const bool scrolls = width + last > viewport()->width();
    return {std::max(width, 200), height + (scrolls ? 12 : 2)};
}

QSize TextTableView::minimumSizeHint() const
{
    return {120, sizeHint().height()};
}

/// How wide the last column becomes, and so how often its texts wrap, is known once the header has been laid
/// out: a hidden page's is when it is shown.
void TextTableView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    fitLater();
}

void TextTableView::showEvent(QShowEvent* event)
{
    QTableView::showEvent(event);
    fitLater();
}

void TextTableView::fitLater()
{
    QMetaObject::invokeMethod(
        this,
        [this] {
            giveRoomToLastColumn();
            fitRows();
        },
        Qt::QueuedConnection);
}

void TextTableView::fitColumns()
{
    for (int column = 0; column < columnsOfOwnWidth(); ++column) {
        const int wanted = std::max(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column));
        setColumnWidth(column, std::min(wanted + roomInColumn, widestColumn));
    }
    giveRoomToLastColumn();
}

/// What is too much is taken from the column that can spare most, whose texts wrap then. Headings do not
/// wrap: with too many columns the table scrolls.
void TextTableView::giveRoomToLastColumn()
{
    int missing = (endsInNumbers() ? 0 : leastOfLastColumn) - viewport()->width();
    int richest = 0;
    int mostToSpare = 0;
    for (int column = 0; column < columnsOfOwnWidth(); ++column) {
        missing += columnWidth(column);
        const int least = std::max(leastOfAnyColumn, horizontalHeader()->sectionSizeHint(column));
        if (columnWidth(column) - least <= mostToSpare)
            continue;
        mostToSpare = columnWidth(column) - least;
        richest = column;
    }
    if (isVisible() && missing > 0 && mostToSpare > 0)
        setColumnWidth(richest, columnWidth(richest) - std::min(missing, mostToSpare));
}

/// Those would stand far from the others if their column took what width is left.
bool TextTableView::endsInNumbers() const
{
    const TextTable& table = m_model->table();
    return !table.rows.empty() && !table.rows.front().empty() && table.rows.front().back().isNumber;
}

int TextTableView::columnsOfOwnWidth() const
{
    return std::max(0, m_model->columnCount() - (endsInNumbers() ? 0 : 1));
}

void TextTableView::fitRows()
{
    for (int row = 0; row < m_model->rowCount(); ++row)
        setRowHeight(row, sizeHintForRow(row) + roomInRow);
    updateGeometry();
}

} // namespace ipclab
