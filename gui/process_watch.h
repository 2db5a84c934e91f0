#pragma once

#include "engine/run/processes/process_inspector.h"
#include "gui/errand_thread.h"

#include <QObject>

#include <mutex>
#include <vector>

namespace ipclab {

/// Inspects the workers that somebody looks at, twice a second, in a thread of its own, so that the window
/// never waits for /proc. Nobody looks, nothing is read. All functions return at once; the destructor waits
/// for the inspection that is under way.
class ProcessWatch final : public QObject {
    Q_OBJECT

public:
    explicit ProcessWatch(QObject* parent = nullptr);

    /// All workers of the present run; those with the pids in `shown` are inspected from now on.
    void watch(std::vector<Inspectable> workers, std::vector<int> shown);

    /// The newest inspection of each, in the order of `shown`.
    std::vector<Inspection> inspections() const;

signals:
    /// There are newer inspections.
    void inspected();

private:
    struct Orders {
        std::vector<Inspectable> workers;
        std::vector<int> shown;
        bool operator==(const Orders&) const = default;
    };

    using Again = ErrandThread<Orders>::Again;

    Again inspect(const Orders& orders);

    Orders m_orders;                            ///< of the window's thread
    std::vector<ProcessInspector> m_inspectors; ///< of the other one

    mutable std::mutex m_mutex;
    std::vector<Inspection> m_inspections; ///< guarded by it

    ErrandThread<Orders> m_thread;
};

} // namespace ipclab
