#pragma once

#include "engine/measure/trace_index.h"
#include "gui/errand_thread.h"

#include <QObject>

#include <memory>

namespace ipclab {

/// Builds the index of a trace in a thread of its own, so that the window never waits for one: millions of
/// events take seconds. All functions return at once; the destructor waits for the index that is being built.
class TraceIndexer final : public QObject {
    Q_OBJECT

public:
    explicit TraceIndexer(QObject* parent = nullptr);

    /// Of several only the newest is still wanted; null for none.
    void index(std::shared_ptr<const RunTrace> trace);

signals:
    void indexed(const std::shared_ptr<const ipclab::TraceIndex>& index);

private:
    void deliver(const std::shared_ptr<const TraceIndex>& index);

    std::shared_ptr<const RunTrace> m_wanted; ///< of the window's thread
    ErrandThread<std::shared_ptr<const RunTrace>> m_thread;
};

} // namespace ipclab
