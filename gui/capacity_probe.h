#pragma once

#include "engine/base/failure.h"
#include "engine/run/capacity_finder.h"
#include "gui/errand_thread.h"

#include <QObject>

#include <optional>
#include <string>
#include <vector>

namespace ipclab {

/// What came of filling a channel of a mechanism, or why that failed. A value.
struct CapacityReport {
    std::string mechanism; ///< its id
    std::vector<FoundCapacity> found;
    std::optional<Failure> failure;
};

/// Fills channels with nobody reading in a thread of its own, so that the window never waits for one. All
/// functions return at once; the destructor waits for the filling that is under way, usually some 10 ms.
class CapacityProbe final : public QObject {
    Q_OBJECT

public:
    /// `workerProgram` as findCapacities() takes it.
    explicit CapacityProbe(std::string workerProgram, QObject* parent = nullptr);

    /// With the mechanism's default options. Of several that wait only the newest is filled.
    void find(const QString& mechanism);

signals:
    void found(const ipclab::CapacityReport& report);

private:
    CapacityReport fill(const std::string& mechanism) const;

    const std::string m_workerProgram;
    ErrandThread<std::string> m_thread; ///< the workers die with it
};

} // namespace ipclab
