#include "gui/special_charts.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <limits>

namespace ipclab {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

QString tr(const char* text)
{
    return QCoreApplication::translate("ChartCatalog", text);
}

/// For so many classes as there can be, the most different first.
constexpr std::array classColours{
    ColourRole::Delivered,    ColourRole::Fill,         ColourRole::Percentile999, ColourRole::Offered,
    ColourRole::Percentile50, ColourRole::Percentile90, ColourRole::Percentile99,  ColourRole::Maximum};
static_assert(classColours.size() == mostMessageClasses);

/// Gives the chart a trace for each class, and the value that `figure` takes from the class's point.
ChartSpec byClass(const ChartContext& context, ChartSpec spec, const QString& traceName,
                  double (*figure)(const ClassPoint&, double seconds))
{
    for (const std::string& title : context.classes)
        spec.face.traces.push_back(
            {traceName.arg(QString::fromStdString(title)), classColours.at(spec.face.traces.size())});
    spec.values = [count = context.classes.size(), figure](const SeriesPoint& point) {
        std::vector<double> values(count, none);
        for (std::size_t index = 0; index < std::min(count, point.classes.size()); ++index)
            values[index] = figure(point.classes[index], point.seconds());
        return values;
    };
    return spec;
}

double perSecond(const SeriesPoint& point, std::uint64_t count)
{
    return point.seconds() > 0 ? static_cast<double>(count) / point.seconds() : none;
}

} // namespace

ChartSpec responseTimeByClass(const ChartContext& context)
{
    return byClass(
        context,
        {.face = {.id = "response_time_by_class",
                  .title = tr("Response time by class"),
                  .description =
                      tr("What 99 of 100 messages of a class do not exceed. Where messages wait in the "
                         "channel, those of an urgent class overtake the others, which wait longer."),
                  .quantity = Quantity::Duration,
                  .scale = ScaleKind::Logarithmic,
                  .traces = {}},
         .group = "latency",
         .choice = tr("By class"),
         .values = {}},
        tr("p99 of %1"), [](const ClassPoint& messages, double) {
            return messages.response.count > 0 ? static_cast<double>(messages.response.p99.count()) : none;
        });
}

ChartSpec throughputByClass(const ChartContext& context)
{
    return byClass(
        context,
        {.face = {.id = "throughput_by_class",
                  .title = tr("Throughput by class"),
                  .description = tr("Messages of each class that arrived per second. A class whose line lies "
                                    "on the ground while others arrive starves."),
                  .quantity = Quantity::MessagesPerSecond,
                  .scale = ScaleKind::Linear,
                  .traces = {}},
         .group = "throughput",
         .choice = tr("By class"),
         .values = {}},
        "%1", [](const ClassPoint& messages, double seconds) {
            return seconds > 0 ? static_cast<double>(messages.received) / seconds : none;
        });
}

ChartSpec overtakingByClass(const ChartContext& context)
{
    return byClass(
        context,
        {.face = {.id = "overtaking_by_class",
                  .title = tr("Overtaken by class"),
                  .description =
                      tr("Order of arrival beside order of delivery: which share of the messages of a class "
                         "that arrived came after some message that had been sent later."),
                  .quantity = Quantity::Share,
                  .scale = ScaleKind::Linear,
                  .traces = {}},
         .group = "throughput",
         .choice = tr("Overtaken"),
         .values = {}},
        "%1", [](const ClassPoint& messages, double) {
            return messages.received == 0
                       ? none
                       : static_cast<double>(messages.overtaken) / static_cast<double>(messages.received);
        });
}

ChartSpec races()
{
    return {
        .face =
            {.id = "races",
             .title = tr("Races"),
             .description =
                 tr("What goes wrong each second because two processes change the same memory at once: "
                    "changes of the count that the other one overwrote, slots read again or before they were "
                    "written, and records of which one half is of another message. With a lock: nothing."),
             .quantity = Quantity::CountPerSecond,
             .scale = ScaleKind::Linear,
             .traces = {{tr("lost updates"), ColourRole::LostUpdates},
                        {tr("stale reads"), ColourRole::StaleReads},
                        {tr("torn records"), ColourRole::TornRecords}}},
        .group = "fill",
        .choice = tr("Races"),
        .values = [](const SeriesPoint& point) {
            return std::vector{perSecond(point, point.races.lostUpdates),
                               perSecond(point, point.races.staleReads),
                               perSecond(point, point.races.tornRecords)};
        }};
}

ChartSpec interleaving()
{
    return {
        .face =
            {.id = "interleaving",
             .title = tr("Interleaving"),
             .description = tr(
                 "Records that came with pieces of other writers inside. POSIX promises that a write of "
                 "up to PIPE_BUF stays in one piece: at least 512 bytes, on Linux 4096. Of a larger one the "
                 "kernel takes what fits, and another writer may come in between."),
             .quantity = Quantity::CountPerSecond,
             .scale = ScaleKind::Linear,
             .traces = {{tr("torn records"), ColourRole::TornRecords}}},
        .group = "fill",
        .choice = tr("Interleaving"),
        .values = [](const SeriesPoint& point) {
            return std::vector{perSecond(point, point.interleaving.tornRecords)};
        }};
}

} // namespace ipclab
