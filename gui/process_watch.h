#pragma once

#include "engine/run/processes/process_inspector.h"

#include <QObject>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace ipclab {

/// Inspects the workers that somebody looks at, twice a second, in a thread of its own, so that the window
/// never waits for /proc. Nobody looks, nothing is read. All functions return at once; the destructor waits
/// for the inspection that is under way.
class ProcessWatch final : public QObject {
    Q_OBJECT

public:
    explicit ProcessWatch(QObject* parent = nullptr);
    ~ProcessWatch() override;

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

    void live();
    /// False when the program ends.
    bool waitForTurn(std::unique_lock<std::mutex>& lock);

    mutable std::mutex m_mutex; ///< guards the four below
    std::condition_variable m_changed;
    Orders m_orders;
    std::vector<Inspection> m_inspections;
    bool m_isNew = false; ///< the orders have changed since the last turn
    bool m_quit = false;

    std::thread m_thread; ///< last, so that it starts when all else is there
};

} // namespace ipclab
