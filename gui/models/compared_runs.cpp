#include "gui/models/compared_runs.h"

#include "engine/mechanisms/catalog.h"
#include "engine/mechanisms/complexity.h"
#include "gui/charts/number_text.h"

#include <fmt/format.h>

#include <QCoreApplication>

#include <algorithm>

namespace ipclab {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ComparedRuns", text);
}

std::string conditionsOf(const Experiment& experiment)
{
    std::string load = experiment.load.profile;
    std::ranges::replace(load, '_', ' ');
    return fmt::format("{}, {}, {}", word(experiment.exchange), load, word(experiment.shape.kind));
}

bool isLargestOf(const Mechanism& mechanism, const Experiment& experiment)
{
    const Options options = withDefaults(mechanism.info().options, experiment.mechanismOptions);
    return messageSizes(experiment).largest == mechanism.limit(options).largest;
}

double effortOf(const std::string& mechanism, Effort effort)
{
    const Complexity& complexity = complexityOf(mechanism);
    return effort == Effort::CodeLines ? complexity.lines()
                                       : static_cast<double>(complexity.systemCalls.size());
}

PlotAxis axisOf(Effort effort)
{
    return {effort == Effort::CodeLines ? tr("lines of code, with what it uses of shared files")
                                        : tr("different system calls"),
            Quantity::Count, ScaleKind::Linear};
}

PlotAxis axisOf(Speed speed)
{
    return speed == Speed::Throughput
               ? PlotAxis{tr("messages per second"), Quantity::MessagesPerSecond, ScaleKind::Logarithmic}
               : PlotAxis{tr("response time, p50"), Quantity::Duration, ScaleKind::Logarithmic};
}

} // namespace

void ComparedRuns::add(const RunResult& result)
{
    const Mechanism* mechanism = findMechanism(result.experiment.mechanism);
    const bool isComparable = mechanism && mechanism->info().traits.family != Family::Baseline &&
                              result.summary.outcome == RunOutcome::Finished &&
                              result.summary.messagesReceived > 0;
    if (!isComparable)
        return;
    const std::string conditions = conditionsOf(result.experiment);
    const std::uint64_t size = messageSizes(result.experiment).largest;
    const bool isAsLargeAsItCan = size < m_messageSize && isLargestOf(*mechanism, result.experiment);
    if (conditions != m_conditions || (size != m_messageSize && !isAsLargeAsItCan)) {
        m_runs.clear();
        m_conditions = conditions;
        m_messageSize = size;
    }
    m_runs[result.experiment.mechanism] = {size, result.summary.messagesPerSecond,
                                           static_cast<double>(result.summary.response.p50.count())};
}

QString ComparedRuns::conditions() const
{
    if (m_runs.empty())
        return {};
    return tr("messages of %1, %2")
        .arg(quantityText(static_cast<double>(m_messageSize), Quantity::Bytes),
             QString::fromStdString(m_conditions));
}

QString ComparedRuns::nameOf(const std::string& mechanism, const Figures& figures) const
{
    const QString name = QString::fromStdString(mechanism);
    if (figures.messageSize == m_messageSize)
        return name;
    return tr("%1 (%2)").arg(name, quantityText(static_cast<double>(figures.messageSize), Quantity::Bytes));
}

Plot ComparedRuns::plot(Effort effort, Speed speed) const
{
    Plot plot{
        .id = "speed_and_effort",
        .title = tr("Speed and programming effort"),
        .description =
            tr("Each point is a mechanism as it ran on this host in this session: %1. The further left, "
               "the less there is to program.")
                .arg(conditions()),
        .kind = PlotKind::Points,
        .isLabelled = true,
        .horizontal = axisOf(effort),
        .vertical = axisOf(speed),
        .series = {}};
    for (const auto& [mechanism, figures] : m_runs) {
        const double value = speed == Speed::Throughput ? figures.messagesPerSecond : figures.response;
        if (value > 0)
            plot.series.push_back(
                {nameOf(mechanism, figures), {}, {QPointF(effortOf(mechanism, effort), value)}});
    }
    return plot;
}

} // namespace ipclab
