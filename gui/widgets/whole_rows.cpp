#include "gui/widgets/whole_rows.h"

#include <QHeaderView>
#include <QResizeEvent>
#include <QTableView>

#include <algorithm>

namespace ipclab {

WholeRows::WholeRows(QTableView* table, int leastRows, QWidget* parent)
    : QWidget(parent), m_table(table), m_leastRows(leastRows)
{
    m_table->setParent(this);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QSize WholeRows::minimumSizeHint() const
{
    return {120, headerHeight() + m_leastRows * rowHeight()};
}

void WholeRows::resizeEvent(QResizeEvent* event)
{
    const int rows = std::max(height() - headerHeight(), 0) / rowHeight();
    m_table->setGeometry(0, 0, width(), headerHeight() + rows * rowHeight());
    if (event->oldSize().width() != width())
        emit widthChanged(width());
}

int WholeRows::headerHeight() const
{
    return m_table->horizontalHeader()->isHidden() ? 0 : m_table->horizontalHeader()->sizeHint().height();
}

int WholeRows::rowHeight() const
{
    return m_table->verticalHeader()->defaultSectionSize();
}

} // namespace ipclab
