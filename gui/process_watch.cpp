#include "gui/process_watch.h"

#include <algorithm>
#include <utility>

namespace ipclab {

namespace {

/// Those of `inspectors` that are still wanted keep their rates.
void arrange(std::vector<ProcessInspector>& inspectors, const std::vector<int>& shown)
{
    std::vector<ProcessInspector> wanted;
    for (const int pid : shown) {
        const auto known = std::ranges::find(inspectors, pid, &ProcessInspector::pid);
        wanted.push_back(known == inspectors.end() ? ProcessInspector(pid) : *known);
    }
    inspectors = std::move(wanted);
}

} // namespace

ProcessWatch::ProcessWatch(QObject* parent)
    : QObject(parent), m_thread([this](const Orders& orders) { return inspect(orders); })
{
}

void ProcessWatch::watch(std::vector<Inspectable> workers, std::vector<int> shown)
{
    Orders orders{std::move(workers), std::move(shown)};
    if (orders == m_orders)
        return;
    m_orders = orders;
    m_thread.send(std::move(orders));
}

std::vector<Inspection> ProcessWatch::inspections() const
{
    const std::lock_guard lock(m_mutex);
    return m_inspections;
}

ProcessWatch::Again ProcessWatch::inspect(const Orders& orders)
{
    arrange(m_inspectors, orders.shown);
    std::vector<Inspection> inspections;
    Neighbourhood neighbours(orders.workers);
    for (ProcessInspector& inspector : m_inspectors)
        inspections.push_back(inspector.inspect(neighbours));
    {
        const std::lock_guard lock(m_mutex);
        m_inspections = std::move(inspections);
    }
    // Delivered in the window's thread, which takes them under the lock.
    QMetaObject::invokeMethod(this, &ProcessWatch::inspected, Qt::QueuedConnection);
    return orders.shown.empty() ? Again() : inspectionInterval;
}

} // namespace ipclab
