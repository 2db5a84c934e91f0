#include "gui/widgets/flow_layout.h"

#include <algorithm>

namespace ipclab {

FlowLayout::FlowLayout(QWidget* parent, int spacing) : QLayout(parent)
{
    setSpacing(spacing);
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout() = default;

void FlowLayout::addItem(QLayoutItem* item)
{
    m_items.emplace_back(item);
}

int FlowLayout::count() const
{
    return static_cast<int>(m_items.size());
}

QLayoutItem* FlowLayout::itemAt(int index) const
{
    return index >= 0 && index < count() ? m_items[static_cast<std::size_t>(index)].get() : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index)
{
    if (!itemAt(index))
        return nullptr;
    QLayoutItem* item = m_items[static_cast<std::size_t>(index)].release();
    m_items.erase(m_items.begin() + index);
    return item;
}

int FlowLayout::heightForWidth(int width) const
{
    return flow(QRect(0, 0, width, 0), Pass::Measure);
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const auto& item : m_items)
        size = size.expandedTo(item->minimumSize());
    return size;
}

void FlowLayout::setGeometry(const QRect& place)
{
    QLayout::setGeometry(place);
    flow(place, Pass::Place);
}

int FlowLayout::flow(const QRect& place, Pass pass) const
{
    QPoint position = place.topLeft();
    int lineHeight = 0;
    for (const auto& item : m_items) {
        const QSize size = item->sizeHint();
        if (position.x() > place.left() && position.x() + size.width() > place.left() + place.width()) {
            position = {place.left(), position.y() + lineHeight + spacing()};
            lineHeight = 0;
        }
        if (pass == Pass::Place)
            item->setGeometry(QRect(position, size));
        position.rx() += size.width() + spacing();
        lineHeight = std::max(lineHeight, size.height());
    }
    return position.y() + lineHeight - place.top();
}

} // namespace ipclab
