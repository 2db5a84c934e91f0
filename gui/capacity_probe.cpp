#include "gui/capacity_probe.h"

#include "engine/experiment/survey.h"
#include "engine/mechanisms/catalog.h"

#include <utility>

namespace ipclab {

CapacityProbe::CapacityProbe(std::string workerProgram, QObject* parent)
    : QObject(parent), m_workerProgram(std::move(workerProgram)),
      m_thread([this](const std::string& mechanism) {
          // Delivered in the window's thread; nothing is delivered any more once this object goes.
          QMetaObject::invokeMethod(
              this, [this, report = fill(mechanism)] { emit found(report); }, Qt::QueuedConnection);
          return std::nullopt;
      })
{
}

void CapacityProbe::find(const QString& mechanism)
{
    m_thread.send(mechanism.toStdString());
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
