#include "tests/support/integrity_run.h"

#include "tests/support/run_fixture.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

Experiment experimentFor(const Mechanism& mechanism, std::uint64_t messages)
{
    const MechanismInfo& info = mechanism.info();
    Experiment experiment;
    experiment.mechanism = info.id;
    experiment.messages = messages;
    if (!supports(info.traits, experiment.wait))
        experiment.wait = info.traits.waits.front();
    experiment.messageSize = std::min<std::uint64_t>(experiment.messageSize,
                                                     mechanism.limit(withDefaults(info.options, {})).largest);
    const bool hasRoom =
        experiment.messageSize >= smallestFullyCheckedMessage && info.traits.content == Content::Carried;
    experiment.measure.integrity = hasRoom ? Integrity::Full : Integrity::Sequence;
    return experiment;
}

} // namespace

bool losesNothing(const Mechanism& mechanism)
{
    const Traits& traits = mechanism.info().traits;
    return traits.loss == Loss::Never && traits.family != Family::Baseline;
}

IntegrityRun::IntegrityRun(const Mechanism& mechanism, std::uint64_t messages)
    : m_experiment(experimentFor(mechanism, messages)), m_result(runToEnd(m_experiment, testSettings()))
{
}

bool IntegrityRun::isIntact() const
{
    const RunSummary& summary = m_result.summary;
    return summary.outcome == RunOutcome::Finished && m_result.checksHold() &&
           summary.integrity == IntegrityCounts() && summary.messagesReceived == m_experiment.messages;
}

std::string IntegrityRun::text() const
{
    const RunSummary& summary = m_result.summary;
    const IntegrityCounts& counts = summary.integrity;
    return fmt::format(
        "{:<19}{:>4} B {:<9}{:>12} received, {} lost, {} repeated, {} reordered, {} corrupt, in "
        "{:.1f} s",
        m_experiment.mechanism, m_experiment.messageSize,
        m_experiment.measure.integrity == Integrity::Full ? "checksum" : "sequence", summary.messagesReceived,
        counts.lost, counts.repeated, counts.reordered, counts.corrupt, summary.seconds);
}

} // namespace ipclab
