#include "gui/trace_indexer.h"

#include <sched.h>

#include <utility>

namespace ipclab {

namespace {

/// The calling thread works when nobody else wants the core (SCHED_IDLE of sched(7)): the next run of a
/// series is being measured meanwhile.
void giveWay()
{
    const sched_param none{};
    ::sched_setscheduler(0, SCHED_IDLE, &none);
}

} // namespace

TraceIndexer::TraceIndexer(QObject* parent)
    : QObject(parent), m_thread([this](const std::shared_ptr<const RunTrace>& trace) {
          if (!trace)
              return std::nullopt;
          giveWay();
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
