#include "gui/models/compared_runs.h"

#include "engine/experiment/placement.h"
#include "engine/mechanisms/catalog.h"
#include "engine/mechanisms/complexity.h"
#include "engine/run/run_conditions.h"
#include "gui/charts/number_text.h"

#include <fmt/format.h>

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <utility>

namespace ipclab {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ComparedRuns", text);
}

QString durationText(Nanoseconds time)
{
    return quantityText(static_cast<double>(time.count()), Quantity::Duration);
}

QString workText(const Experiment& experiment)
{
    QString text;
    if (experiment.receiverWork > Nanoseconds::zero())
        text += tr(", %1 of work for each").arg(durationText(experiment.receiverWork));
    if (experiment.receiverTouch > 0)
        text += tr(", %1 gone through for each")
                    .arg(quantityText(static_cast<double>(experiment.receiverTouch), Quantity::Bytes));
    if (experiment.receiverSleep > Nanoseconds::zero())
        text += tr(", %1 of sleep after each").arg(durationText(experiment.receiverSleep));
    return text;
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
    if (!mechanism || mechanism->info().traits.family == Family::Baseline || !showsSpeed(result))
        return;
    const Experiment& experiment = result.experiment;
    if (!fits(*mechanism, experiment)) {
        m_otherRuns += std::exchange(m_shownRuns, 0);
        m_runs.clear();
        m_first = experiment;
    }
    ++m_shownRuns;
    m_runs[experiment.mechanism] = {.messageSize = messageSizes(experiment).largest,
                                    .wait = experiment.wait,
                                    .messagesPerSecond = result.summary.messagesPerSecond,
                                    .response = static_cast<double>(result.summary.response.p50.count())};
}

bool ComparedRuns::fits(const Mechanism& mechanism, const Experiment& experiment) const
{
    if (m_runs.empty() || conditionsOf(experiment) != conditionsOf(m_first))
        return false;
    const std::uint64_t size = messageSizes(experiment).largest;
    const std::uint64_t wanted = messageSizes(m_first).largest;
    const bool sizeFits = size == wanted || (size < wanted && isLargestOf(mechanism, experiment));
    return sizeFits && (experiment.wait == m_first.wait || !supports(mechanism.info().traits, m_first.wait));
}

QString ComparedRuns::conditions() const
{
    if (m_runs.empty())
        return {};
    std::string load = m_first.load.profile;
    std::ranges::replace(load, '_', ' ');
    const std::string words =
        fmt::format("{}, {}, {}, wait: {}, cores: {}", word(m_first.exchange), load, word(m_first.shape.kind),
                    word(m_first.wait), placementText(m_first));
    return tr("messages of %1%2, %3")
        .arg(QString::fromStdString(sizesText(m_first)), workText(m_first), QString::fromStdString(words));
}

QString ComparedRuns::nameOf(const std::string& mechanism, const Figures& figures) const
{
    QStringList differences;
    if (figures.messageSize != messageSizes(m_first).largest)
        differences << quantityText(static_cast<double>(figures.messageSize), Quantity::Bytes);
    if (figures.wait != m_first.wait)
        differences << QString::fromStdString(std::string(word(figures.wait)));
    const QString name = QString::fromStdString(mechanism);
    return differences.isEmpty() ? name : tr("%1 (%2)").arg(name, differences.join(tr(", ")));
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
