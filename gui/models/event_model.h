#pragma once

#include "engine/run/run_result.h"

#include <QAbstractTableModel>

#include <vector>

namespace ipclab {

/// The event log of the present run, in the order of events: when, and what.
class EventModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Time, Text, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void clear();
    void add(const LoggedEvent& event);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<LoggedEvent> m_events;
};

} // namespace ipclab
