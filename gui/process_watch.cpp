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

ProcessWatch::ProcessWatch(QObject* parent) : QObject(parent), m_thread([this] { live(); }) {}

ProcessWatch::~ProcessWatch()
{
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
    }
    m_changed.notify_one();
    m_thread.join();
}

void ProcessWatch::watch(std::vector<Inspectable> workers, std::vector<int> shown)
{
    {
        const std::lock_guard lock(m_mutex);
        Orders orders{std::move(workers), std::move(shown)};
        if (orders == m_orders)
            return;
        m_orders = std::move(orders);
        m_isNew = true;
    }
    m_changed.notify_one();
}

std::vector<Inspection> ProcessWatch::inspections() const
{
    const std::lock_guard lock(m_mutex);
    return m_inspections;
}

bool ProcessWatch::waitForTurn(std::unique_lock<std::mutex>& lock)
{
    const auto hasOrders = [this] { return m_quit || m_isNew; };
    if (m_orders.shown.empty())
        m_changed.wait(lock, hasOrders);
    else
        m_changed.wait_for(lock, inspectionInterval, hasOrders);
    m_isNew = false;
    return !m_quit;
}

void ProcessWatch::live()
{
    std::vector<ProcessInspector> inspectors;
    std::unique_lock lock(m_mutex);
    while (waitForTurn(lock)) {
        const Orders orders = m_orders;
        lock.unlock();
        arrange(inspectors, orders.shown);
        std::vector<Inspection> inspections;
        Neighbourhood neighbours(orders.workers);
        for (ProcessInspector& inspector : inspectors)
            inspections.push_back(inspector.inspect(neighbours));
        lock.lock();
        m_inspections = std::move(inspections);
        // Delivered in the window's thread, which takes them under the lock.
        QMetaObject::invokeMethod(this, &ProcessWatch::inspected, Qt::QueuedConnection);
    }
}

} // namespace ipclab
