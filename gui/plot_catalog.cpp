#include "gui/plot_catalog.h"

#include "gui/charts/number_text.h"

#include <QCoreApplication>

namespace ipclab {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("PlotCatalog", text);
}

Plot readSizes(const RunResult& result)
{
    const auto total = static_cast<double>(result.reads.total());
    PlotSeries reads{.name = tr("reads"), .colour = {}, .points = {}};
    for (std::size_t index = 0; index < SizeGrid::bucketCount; ++index)
        if (const std::uint64_t count = result.reads.counts[index]; count > 0)
            addColumn(reads.points, static_cast<double>(SizeGrid::lowerBound(index)),
                      static_cast<double>(SizeGrid::lowerBound(index + 1)),
                      static_cast<double>(count) / total);
    const QString size =
        quantityText(static_cast<double>(messageSizes(result.experiment).largest), Quantity::Bytes);
    return {.id = "read_sizes",
            .title = tr("Bytes per read, for messages of %1").arg(size),
            .description = tr(
                "Nothing marks a message in the stream: a read brings what is there, a part of a message or "
                "many. Each column is the share of the reads that brought so many bytes."),
            .kind = PlotKind::Columns,
            .horizontal = {tr("bytes that a read brought"), Quantity::Bytes, ScaleKind::Logarithmic},
            .vertical = {tr("share of the reads"), Quantity::Share, ScaleKind::Linear},
            .series = {std::move(reads)}};
}

} // namespace

std::vector<Plot> plotsOf(const RunResult& result)
{
    std::vector<Plot> plots;
    if (result.reads.total() > 0)
        plots.push_back(readSizes(result));
    std::vector<std::string> classes;
    for (const ClassResult& messages : result.classes)
        classes.push_back(messages.title);
    if (!result.deliveries.empty())
        plots.push_back(deliveryOrderPlot(classes, result.deliveries));
    return plots;
}

/// The sequence numbers are the order in which messages went into the channel.
Plot deliveryOrderPlot(const std::vector<std::string>& classes, const std::vector<Delivery>& deliveries)
{
    Plot plot{.id = "delivery_order",
              .title = tr("Order of arrival beside order of delivery"),
              .description =
                  tr("Each point is a message: how early it was put in, and how early it was taken out. In a "
                     "queue without classes all lie on one line; what lies above it was overtaken, what lies "
                     "below it has overtaken others."),
              .kind = PlotKind::Points,
              .horizontal = {tr("order of arrival in the channel"), Quantity::Count, ScaleKind::Linear},
              .vertical = {tr("order of delivery"), Quantity::Count, ScaleKind::Linear},
              .series = {}};
    for (const std::string& title : classes)
        plot.series.push_back({QString::fromStdString(title), {}, {}});
    for (std::size_t place = 0; place < deliveries.size(); ++place) {
        const Delivery& delivery = deliveries[place];
        plot.series.at(delivery.messageClass)
            .points.emplace_back(static_cast<double>(delivery.sequence), static_cast<double>(place));
    }
    return plot;
}

} // namespace ipclab
