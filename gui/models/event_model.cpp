#include "gui/models/event_model.h"

#include "gui/charts/chart_theme.h"

#include <QApplication>
#include <QPalette>

namespace ipclab {

namespace {

QString timeText(Nanoseconds time)
{
    return EventModel::tr("%1 s").arg(std::chrono::duration<double>(time).count(), 0, 'f', 3);
}

QString sentence(const LoggedEvent& event)
{
    const QString text = QString::fromStdString(event.text);
    const QString worker = QString::fromStdString(event.worker);
    const bool saysWho = text.startsWith(worker, Qt::CaseInsensitive) ||
                         text.startsWith(QStringLiteral("the ") + worker, Qt::CaseInsensitive);
    return worker.isEmpty() || saysWho ? text : worker + ": " + text;
}

bool isBad(EventKind kind)
{
    return kind == EventKind::Error || kind == EventKind::Warning || kind == EventKind::Deadlock ||
           kind == EventKind::Killed;
}

ColourRole colourOf(int column, EventKind kind)
{
    if (column == EventModel::Time)
        return ColourRole::MutedText;
    return isBad(kind) ? ColourRole::BlockedSending : ColourRole::Text;
}

} // namespace

void EventModel::clear()
{
    beginResetModel();
    m_events.clear();
    endResetModel();
}

void EventModel::add(const LoggedEvent& event)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_events.push_back(event);
    endInsertRows();
}

int EventModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_events.size());
}

int EventModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant EventModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const LoggedEvent& event = m_events[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Time ? timeText(event.at) : sentence(event);
    case Qt::ToolTipRole:
        return index.column() == Text ? QVariant(sentence(event)) : QVariant();
    case Qt::ForegroundRole:
        return Theme::fromPalette(QApplication::palette()).colour(colourOf(index.column(), event.kind));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::AlignVCenter |
                                   (index.column() == Time ? Qt::AlignRight : Qt::AlignLeft));
    default:
        return {};
    }
}

QVariant EventModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Time ? tr("Time") : tr("Event");
}

} // namespace ipclab
