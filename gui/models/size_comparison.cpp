#include "gui/models/size_comparison.h"

#include "gui/charts/number_text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <functional>

namespace ipclab {

namespace {

using Comparison = SpeedBySize::Comparison;

QString tr(const char* text)
{
    return QCoreApplication::translate("SizeComparison", text);
}

Quantity quantityOf(SpeedFigure figure)
{
    switch (figure) {
    case SpeedFigure::Messages:
        return Quantity::MessagesPerSecond;
    case SpeedFigure::Bytes:
        return Quantity::BytesPerSecond;
    case SpeedFigure::Response:
        break;
    }
    return Quantity::Duration;
}

QString titleOf(SpeedFigure figure)
{
    switch (figure) {
    case SpeedFigure::Messages:
        return tr("messages per second");
    case SpeedFigure::Bytes:
        return tr("bytes per second");
    case SpeedFigure::Response:
        break;
    }
    return tr("response time, p50");
}

QString sizeText(double bytes)
{
    return quantityText(bytes, Quantity::Bytes);
}

QString intervalText(const MedianInterval& interval, const std::function<QString(double)>& text)
{
    if (interval.trials < 2)
        return text(interval.median);
    return tr("%1 (%2 … %3)").arg(text(interval.median), text(interval.low), text(interval.high));
}

QString ratioText(double ratio)
{
    return ratio < 0.1 ? QString::number(ratio, 'g', 2) : QString::number(ratio, 'f', ratio < 10 ? 2 : 1);
}

/// Which of the two is faster; nothing where that is not decided, or does not matter.
const std::string* fasterOf(Verdict verdict, SpeedFigure figure, const MechanismPair& pair)
{
    if (verdict != Verdict::More && verdict != Verdict::Less)
        return nullptr;
    return (verdict == Verdict::More) == (figure != SpeedFigure::Response) ? &pair.first : &pair.second;
}

QString verdictOf(const Comparison& comparison, SpeedFigure figure, const MechanismPair& pair)
{
    if (const std::string* faster = fasterOf(comparison.verdict, figure, pair))
        return tr("%1 is faster").arg(QString::fromStdString(*faster));
    return comparison.verdict == Verdict::Equivalent ? tr("equivalent") : tr("undecided");
}

/// "shm_ring is faster from 1 B to 4 KiB; undecided at 64 KiB"
QString stretchesText(const std::vector<Comparison>& comparisons, SpeedFigure figure,
                      const MechanismPair& pair)
{
    QStringList stretches;
    for (std::size_t begin = 0, end = 0; begin < comparisons.size(); begin = end) {
        while (end < comparisons.size() && comparisons[end].verdict == comparisons[begin].verdict)
            ++end;
        const QString from = sizeText(static_cast<double>(comparisons[begin].size));
        const QString to = sizeText(static_cast<double>(comparisons[end - 1].size));
        const QString where = end - begin == 1 ? tr("at %1").arg(from) : tr("from %1 to %2").arg(from, to);
        stretches << verdictOf(comparisons[begin], figure, pair) + ' ' + where;
    }
    return stretches.join(QStringLiteral("; "));
}

TableCell number(const QString& text)
{
    return {.text = text, .isNumber = true};
}

} // namespace

Plot plotOf(const SpeedBySize& speeds, SpeedFigure figure, const MechanismPair& pair)
{
    Plot plot{.id = "speed_by_size",
              .title = tr("Speed by the size of a message"),
              .description =
                  tr("Each point is the median of the trials of one mechanism with messages of one "
                     "size, on this host in this session; a bar shows how far it is to be trusted."),
              .kind = PlotKind::Lines,
              .isLabelled = true,
              .horizontal = {tr("size of a message"), Quantity::Bytes, ScaleKind::Logarithmic},
              .vertical = {titleOf(figure), quantityOf(figure), ScaleKind::Logarithmic},
              .series = {}};
    for (const std::string& mechanism : speeds.mechanisms()) {
        PlotSeries series{.name = QString::fromStdString(mechanism), .colour = {}, .points = {}};
        for (const SpeedBySize::Point& point : speeds.curve(mechanism, figure)) {
            series.points.emplace_back(static_cast<double>(point.size), point.speed.median);
            series.ranges.push_back({point.speed.low, point.speed.high});
        }
        series.isBackground = mechanism != pair.first && mechanism != pair.second;
        if (!series.points.empty())
            plot.series.push_back(std::move(series));
    }
    // What is drawn later covers what is there.
    std::ranges::stable_partition(plot.series, &PlotSeries::isBackground);
    for (const Crossover& crossover : crossoversOf(speeds.compare(pair.first, pair.second, figure)))
        plot.marks.push_back({sizeText(std::round(crossover.size)), {crossover.size, crossover.speed}});
    return plot;
}

TextTable tableOf(const SpeedBySize& speeds, SpeedFigure figure, const MechanismPair& pair)
{
    TextTable table;
    const QString first = QString::fromStdString(pair.first);
    const QString second = QString::fromStdString(pair.second);
    table.columns = {tr("Size"), first, second, tr("%1 ÷ %2").arg(first, second), tr("Verdict")};
    const auto figureText = [figure](double value) { return quantityText(value, quantityOf(figure)); };
    for (const Comparison& comparison : speeds.compare(pair.first, pair.second, figure)) {
        const bool isOpen = comparison.verdict == Verdict::Undecided;
        table.rows.push_back({number(sizeText(static_cast<double>(comparison.size))),
                              number(intervalText(comparison.first, figureText)),
                              number(intervalText(comparison.second, figureText)),
                              number(intervalText(comparison.ratio, ratioText)),
                              {.text = verdictOf(comparison, figure, pair),
                               .tone = isOpen ? CellTone::Muted : CellTone::Plain}});
    }
    return table;
}

QString verdictText(const SpeedBySize& speeds, SpeedFigure figure, const MechanismPair& pair)
{
    const std::vector<Comparison> comparisons = speeds.compare(pair.first, pair.second, figure);
    if (comparisons.empty())
        return {};
    QString text = tr("%1 against %2: %3.")
                       .arg(QString::fromStdString(pair.first), QString::fromStdString(pair.second),
                            stretchesText(comparisons, figure, pair));
    for (const Crossover& crossover : crossoversOf(comparisons))
        text += (crossover.isDecided ? tr(" Their lines cross at about %1, between %2 and %3.")
                                     : tr(" The medians cross at about %1, between %2 and %3, which the "
                                          "trials do not decide."))
                    .arg(sizeText(std::round(crossover.size)), sizeText(static_cast<double>(crossover.after)),
                         sizeText(static_cast<double>(crossover.before)));
    return text;
}

} // namespace ipclab
