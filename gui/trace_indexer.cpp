#include "gui/trace_indexer.h"

#include <utility>

namespace ipclab {

TraceIndexer::TraceIndexer(QObject* parent)
    : QObject(parent), m_thread([this](const std::shared_ptr<const RunTrace>& trace) {
          if (!trace)
              return std::nullopt;
          // Delivered in the window's thread; nothing is delivered any more once this object goes.
          const auto index = std::make_shared<const TraceIndex>(trace);
          QMetaObject::invokeMethod(
              this, [this, index] { deliver(index); }, Qt::QueuedConnection);
          return std::nullopt;
      })
{
}

void TraceIndexer::index(std::shared_ptr<const RunTrace> trace)
{
    m_wanted = trace;
    m_thread.send(std::move(trace));
}

void TraceIndexer::deliver(const std::shared_ptr<const TraceIndex>& index)
{
    if (&index->trace() != m_wanted.get())
        return;
    m_wanted.reset();
    emit indexed(index);
}

} // namespace ipclab
