#include "gui/capacity_probe.h"

#include "engine/experiment/survey.h"
#include "engine/mechanisms/catalog.h"

#include <utility>

namespace ipclab {

CapacityProbe::CapacityProbe(std::string workerProgram, QObject* parent)
    : QObject(parent), m_workerProgram(std::move(workerProgram)), m_thread([this] { live(); })
{
}

CapacityProbe::~CapacityProbe()
{
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
    }
    m_changed.notify_one();
    m_thread.join();
}

void CapacityProbe::find(const QString& mechanism)
{
    {
        const std::lock_guard lock(m_mutex);
        m_wanted = mechanism.toStdString();
    }
    m_changed.notify_one();
}

void CapacityProbe::live()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [this] { return m_quit || !m_wanted.empty(); });
        if (m_quit)
            return;
        const std::string mechanism = std::exchange(m_wanted, {});
        lock.unlock();
        CapacityReport report = fill(mechanism);
        // Delivered in the window's thread; nothing is delivered any more once this object goes.
        QMetaObject::invokeMethod(
            this, [this, report = std::move(report)] { emit found(report); }, Qt::QueuedConnection);
        lock.lock();
    }
}

CapacityReport CapacityProbe::fill(const std::string& mechanism) const
{
    CapacityReport report{.mechanism = mechanism, .found = {}, .failure = {}};
    try {
        report.found = findCapacities(plainExperimentWith(*findMechanism(mechanism)), m_workerProgram);
    } catch (const FailureError& error) {
        report.failure = error.failure();
    } catch (const std::system_error& error) {
        report.failure = explain(error, "fill the channel");
    }
    return report;
}

} // namespace ipclab
