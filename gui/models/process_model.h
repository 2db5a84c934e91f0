#pragma once

#include "engine/run/run_event.h"

#include <QAbstractTableModel>
#include <QIcon>

#include <map>
#include <vector>

namespace ipclab {

/// The workers of the present run, one a row, in the order in which the run names them.
class ProcessModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Role, Pid, State, WaitsIn, Messages, Cpu, Blocked, Place, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void show(std::vector<WorkerStatus> workers);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const WorkerStatus& worker, int column) const;
    QString toolTip(const WorkerStatus& worker, int column) const;
    QString stateText(const WorkerStatus& worker) const;
    QVariant swatchOf(const WorkerStatus& worker) const;
    QIcon swatch(const QColor& colour) const;

    std::vector<WorkerStatus> m_workers;
    /// By colour. Kept, for of a plain colour the view would make a new picture whenever it paints, and Qt's
    /// cache would keep thousands of them.
    mutable std::map<QRgb, QIcon> m_swatches;
};

} // namespace ipclab
