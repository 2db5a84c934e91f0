#pragma once

#include "engine/measure/trace_index.h"

#include <QObject>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace ipclab {

/// Builds the index of a trace in a thread of its own, so that the window never waits for one: millions of
/// events take seconds. All functions return at once; the destructor waits for the index that is being built.
class TraceIndexer final : public QObject {
    Q_OBJECT

public:
    explicit TraceIndexer(QObject* parent = nullptr);
    ~TraceIndexer() override;

    /// Of several only the newest is still wanted; null for none.
    void index(std::shared_ptr<const RunTrace> trace);

signals:
    void indexed(const std::shared_ptr<const ipclab::TraceIndex>& index);

private:
    void live();
    void deliver(const std::shared_ptr<const TraceIndex>& index);

    std::shared_ptr<const RunTrace> m_wanted; ///< of the window's thread

    std::mutex m_mutex; ///< guards the two below
    std::condition_variable m_changed;
    std::shared_ptr<const RunTrace> m_next; ///< to be indexed; null for none
    bool m_quit = false;

    std::thread m_thread; ///< last, so that it starts when all else is there
};

} // namespace ipclab
