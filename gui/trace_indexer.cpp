#include "gui/trace_indexer.h"

#include <utility>

namespace ipclab {

TraceIndexer::TraceIndexer(QObject* parent) : QObject(parent), m_thread([this] { live(); }) {}

TraceIndexer::~TraceIndexer()
{
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
    }
    m_changed.notify_one();
    m_thread.join();
}

void TraceIndexer::index(std::shared_ptr<const RunTrace> trace)
{
    m_wanted = trace;
    {
        const std::lock_guard lock(m_mutex);
        m_next = std::move(trace);
    }
    m_changed.notify_one();
}

void TraceIndexer::live()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [this] { return m_quit || m_next; });
        if (m_quit)
            return;
        std::shared_ptr<const RunTrace> trace = std::exchange(m_next, nullptr);
        lock.unlock();
        const auto index = std::make_shared<const TraceIndex>(std::move(trace));
        // Delivered in the window's thread; nothing is delivered any more once this object goes.
        QMetaObject::invokeMethod(
            this, [this, index] { deliver(index); }, Qt::QueuedConnection);
        lock.lock();
    }
}

void TraceIndexer::deliver(const std::shared_ptr<const TraceIndex>& index)
{
    if (&index->trace() != m_wanted.get())
        return;
    m_wanted.reset();
    emit indexed(index);
}

} // namespace ipclab
