#include "gui/models/result_tables.h"

#include "engine/experiment/layers.h"
#include "gui/charts/number_text.h"

#include <QCoreApplication>

namespace ipclab {

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("ResultTables", text);
}

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

TableCell plain(const QString& text)
{
    return {.text = text};
}

TableCell plain(const std::string& text)
{
    return {.text = QString::fromStdString(text)};
}

TableCell muted(const std::string& text)
{
    return {.text = QString::fromStdString(text), .tone = CellTone::Muted};
}

TableCell number(const QString& text)
{
    return {.text = text, .isNumber = true};
}

TableCell count(std::uint64_t value)
{
    return number(groupedText(static_cast<qint64>(value)));
}

TableCell duration(Nanoseconds time)
{
    return number(quantityText(static_cast<double>(time.count()), Quantity::Duration));
}

/// "default" is what the user left to the kernel: whatever it took is no difference. Nor is "off, pages of 4
/// KiB", which only says more than "off".
bool differs(const EffectiveSetting& setting)
{
    return setting.requested != "default" && setting.requested != setting.effective &&
           !setting.effective.starts_with(setting.requested + ",");
}

QString modeText(const std::optional<unsigned>& mode)
{
    return mode ? QStringLiteral("%1").arg(*mode, 4, 8, QLatin1Char('0')) : QStringLiteral("—");
}

QString addressesText(const KernelObject& object)
{
    QStringList addresses;
    for (const MappedAddress& mapped : object.addresses)
        addresses << QStringLiteral("%1: 0x%2")
                         .arg(QString::fromStdString(mapped.worker))
                         .arg(mapped.address, 0, 16);
    return addresses.isEmpty() ? QStringLiteral("—") : addresses.join('\n');
}

QString decimal(double value)
{
    return QString::number(value, 'g', 3);
}

QString bytesText(std::uint64_t bytes)
{
    return quantityText(static_cast<double>(bytes), Quantity::Bytes);
}

QString countsOf(const std::map<std::string, std::uint64_t>& errors)
{
    QStringList texts;
    for (const auto& [name, times] : errors)
        texts << QStringLiteral("%1 × %2").arg(groupedText(static_cast<qint64>(times)),
                                               QString::fromStdString(name));
    return texts.isEmpty() ? QStringLiteral("—") : texts.join(QStringLiteral(", "));
}

TableRow latencyRow(const char* name, const LatencySummary& latency)
{
    TableRow row{plain(translated(name))};
    for (const auto value : {latency.p50, latency.p90, latency.p99, latency.p999, latency.max})
        row.push_back(latency.count > 0 ? duration(Nanoseconds(value)) : number(QStringLiteral("—")));
    row.push_back(count(latency.count));
    return row;
}

/// What stands between the workers and their channel, as pairs of figure and value.
using Figures = std::vector<std::pair<const char*, QString>>;

void addImpairment(Figures& figures, const RunResult& result)
{
    const RunSummary& summary = result.summary;
    const auto grouped = [](std::uint64_t value) { return groupedText(static_cast<qint64>(value)); };
    if (summary.droppedByKernel > 0)
        figures.emplace_back("Dropped by the kernel", grouped(summary.droppedByKernel));
    if (const std::string text = impairmentText(result.experiment); !text.empty()) {
        const ImpairedCounts& done = summary.impaired;
        figures.emplace_back("Impairment", QString::fromStdString(text));
        figures.emplace_back("Done on purpose",
                             translated("%1 dropped, %2 repeated, %3 delayed, %4 reordered")
                                 .arg(grouped(done.dropped), grouped(done.repeated), grouped(done.delayed),
                                      grouped(done.reordered)));
    }
}

void addAcknowledgements(Figures& figures, const RunResult& result)
{
    const std::string text = acknowledgementText(result.experiment);
    if (text.empty())
        return;
    const auto grouped = [](std::uint64_t value) { return groupedText(static_cast<qint64>(value)); };
    const AcknowledgedCounts& counts = result.summary.acknowledged;
    figures.emplace_back("Acknowledgements", QString::fromStdString(text));
    figures.emplace_back(
        "Goodput of raw rate",
        translated("%1 of %2")
            .arg(quantityText(result.summary.messagesPerSecond, Quantity::MessagesPerSecond),
                 quantityText(result.summary.rawMessagesPerSecond, Quantity::MessagesPerSecond)));
    figures.emplace_back(
        "Sent again, suppressed",
        translated("%1 after %2 time-outs, %3 suppressed")
            .arg(grouped(counts.retransmitted), grouped(counts.timeOuts), grouped(counts.suppressed)));
}

void addWaits(Figures& figures, const WaitCounts& waits)
{
    const auto grouped = [](std::uint64_t value) { return groupedText(static_cast<qint64>(value)); };
    if (waits.timeOuts > 0)
        figures.emplace_back(
            "Waits timed out",
            translated("%1, %2 messages given up").arg(grouped(waits.timeOuts), grouped(waits.givenUp)));
    if (waits.backOffs > 0)
        figures.emplace_back("Back-off", translated("%1 pauses, %2 in all")
                                             .arg(grouped(waits.backOffs),
                                                  quantityText(static_cast<double>(waits.backOffTime.count()),
                                                               Quantity::Duration)));
}

Figures layerFigures(const RunResult& result)
{
    Figures figures;
    addImpairment(figures, result);
    addAcknowledgements(figures, result);
    addWaits(figures, result.summary.waits);
    return figures;
}

} // namespace

TextTable settingsTable(const std::vector<EffectiveSetting>& settings)
{
    TextTable table{{translated("Setting"), translated("Requested"), translated("Effective"), QString()}, {}};
    for (const EffectiveSetting& setting : settings) {
        const TableCell badge{
            .text = differs(setting) ? translated("differs") : QString(),
            .tone = CellTone::Badge,
            .toolTip = differs(setting) ? translated("The kernel made something else of it.") : QString()};
        table.rows.push_back(
            {plain(setting.label), plain(setting.requested), plain(setting.effective), badge});
    }
    return table;
}

TextTable objectsTable(const std::vector<KernelObject>& objects)
{
    TextTable table{{translated("Object"), translated("Name"), translated("Inode or id"), translated("Owner"),
                     translated("Mode"), translated("Address in each worker")},
                    {}};
    for (const KernelObject& object : objects)
        table.rows.push_back(
            {plain(object.kind), plain(object.name),
             number(object.hasOwnInode() ? QString::number(object.inode) : QStringLiteral("—")),
             plain(object.hasOwnInode() ? object.owner : "—"), plain(modeText(object.mode)),
             plain(addressesText(object))});
    return table;
}

TextTable hostTable(const Host& host)
{
    TextTable table{{translated("Host"), QString()}, {}};
    const auto add = [&table](const char* fact, const QString& value) {
        table.rows.push_back({{.text = translated(fact), .tone = CellTone::Muted}, plain(value)});
    };
    add("Name", QString::fromStdString(host.name));
    add("Kernel", QString::fromStdString(host.kernel));
    add("Processor", QString::fromStdString(host.processor));
    add("Cores that may be used", QString::number(host.cores));
    add("Memory", bytesText(host.memory));
    add("Load at the start", QString::number(host.load, 'f', 2));
    add("Frequency governor", QString::fromStdString(host.governor));
    add("Virtualisation", QString::fromStdString(host.virtualisation));
    add("Mitigations", QString::fromStdString(host.mitigations));
    add("Clock source", QString::fromStdString(host.clockSource));
    add("IPC Lab", QString::fromStdString(host.program));
    return table;
}

TextTable limitsTable(const std::vector<HostLimit>& limits)
{
    TextTable table{{translated("Limit"), translated("Value")}, {}};
    for (const HostLimit& limit : limits)
        table.rows.push_back({muted(limit.id), plain(limit.value)});
    return table;
}

TextTable saturationTable(const Saturation& saturation)
{
    TextTable table{{translated("Step"), translated("Asked"), translated("Reached"),
                     QString::fromStdString(saturation.goal.percentile), translated("Messages"),
                     translated("Verdict")},
                    {}};
    for (const SaturationStep& step : saturation.steps) {
        const bool isKept = step.verdict == StepVerdict::Kept;
        table.rows.push_back(
            {number(QString::number(table.rows.size() + 1)),
             number(quantityText(step.asked, Quantity::MessagesPerSecond)),
             number(quantityText(step.reached, Quantity::MessagesPerSecond)),
             duration(step.latency),
             count(step.messages),
             {.text = fromView(word(step.verdict)), .tone = isKept ? CellTone::Good : CellTone::Bad}});
    }
    return table;
}

TextTable deadlocksTable(const std::vector<Deadlock>& deadlocks)
{
    TextTable table{{translated("After"), translated("Waits"), translated("For"), translated("Held by")}, {}};
    for (const Deadlock& deadlock : deadlocks)
        for (const WaitEdge& edge : deadlock.graph.edges)
            table.rows.push_back({duration(deadlock.at), plain(edge.waiter), plain(edge.what),
                                  plain(edge.awaitedIsDead ? edge.awaited + " (dead)" : edge.awaited)});
    return table;
}

TextTable checksTable(const std::vector<SelfCheck>& checks)
{
    TextTable table{{QString(), translated("Check")}, {}};
    for (const SelfCheck& check : checks)
        table.rows.push_back({{.text = check.holds ? translated("✓ holds") : translated("✗ fails"),
                               .tone = check.holds ? CellTone::Good : CellTone::Bad},
                              plain(withGroupedDigits(QString::fromStdString(check.sentence)))});
    return table;
}

TextTable summaryTable(const RunResult& result)
{
    const RunSummary& summary = result.summary;
    TextTable table{{translated("Figure"), translated("Value")}, {}};
    const auto add = [&table](const char* figure, const QString& value) {
        table.rows.push_back({{.text = translated(figure), .tone = CellTone::Muted}, plain(value)});
    };
    const auto addCount = [&add](const char* figure, std::uint64_t value) {
        add(figure, groupedText(static_cast<qint64>(value)));
    };
    add("Outcome", fromView(word(summary.outcome)));
    add("Measured for", secondsText(summary.seconds));
    add("Throughput", quantityText(summary.messagesPerSecond, Quantity::MessagesPerSecond));
    add("Data rate", quantityText(summary.bytesPerSecond, Quantity::BytesPerSecond));
    addCount("Messages sent", summary.messagesSent);
    addCount("Messages received", summary.messagesReceived);
    addCount("Messages left in the channel", summary.messagesQueued);
    add("Bytes received", bytesText(summary.bytesReceived));
    addCount("Lost", summary.integrity.lost);
    addCount("Repeated", summary.integrity.repeated);
    addCount("Reordered", summary.integrity.reordered);
    addCount("Corrupt", summary.integrity.corrupt);
    addCount("Truncated", summary.integrity.truncated);
    for (const auto& [figure, value] : layerFigures(result))
        add(figure, value);
    const MessageCost& cost = summary.cost;
    add("Copies of a message", decimal(cost.copies));
    add("System calls per message", decimal(cost.systemCalls));
    add("Switches per message", decimal(cost.contextSwitches));
    add("Processor time per message", translated("%1 user, %2 system")
                                          .arg(quantityText(cost.userNanoseconds, Quantity::Duration),
                                               quantityText(cost.systemNanoseconds, Quantity::Duration)));
    const RaceCounts& races = summary.integrity.races;
    if (races != RaceCounts())
        add("Races", translated("%1 torn records, %2 lost updates, %3 stale reads")
                         .arg(groupedText(static_cast<qint64>(races.tornRecords)),
                              groupedText(static_cast<qint64>(races.lostUpdates)),
                              groupedText(static_cast<qint64>(races.staleReads))));
    if (const InterleavingCounts& mixed = summary.integrity.interleaving; mixed != InterleavingCounts())
        add("Interleaving", translated("%1 records torn by %2 pieces of other writers")
                                .arg(groupedText(static_cast<qint64>(mixed.tornRecords)),
                                     groupedText(static_cast<qint64>(mixed.foreignPieces))));
    add("Time stamps", summary.latencyEvery <= 1
                           ? translated("on every message")
                           : translated("on one message in %1").arg(summary.latencyEvery));
    return table;
}

TextTable latencyTable(const RunSummary& summary)
{
    TextTable table{{translated("Latency"), QStringLiteral("p50"), QStringLiteral("p90"),
                     QStringLiteral("p99"), QStringLiteral("p99.9"), translated("max"),
                     translated("Measured")},
                    {}};
    table.rows.push_back(latencyRow("Response, from when it was due", summary.response));
    table.rows.push_back(latencyRow("Service, from when it was sent", summary.service));
    if (summary.connecting.count > 0)
        table.rows.push_back(latencyRow("Connecting, for each request", summary.connecting));
    if (summary.lateness.count > 0)
        table.rows.push_back(latencyRow("Lateness of sending", summary.lateness));
    return table;
}

TextTable seriesTable(const std::vector<RunResult>& results)
{
    TextTable table{{translated("Run"), translated("Outcome"), translated("Throughput"),
                     translated("Data rate"), translated("Response p50"), translated("p99"),
                     translated("System calls"), translated("Switches")},
                    {}};
    for (const RunResult& result : results) {
        const RunSummary& summary = result.summary;
        const auto latency = [&summary](Nanoseconds time) {
            return summary.response.count > 0 ? duration(time) : number(translated("–"));
        };
        const std::string& title = result.experiment.title;
        const QString outcome = fromView(word(summary.outcome));
        table.rows.push_back(
            {plain(title.empty() ? result.experiment.mechanism : title),
             plain(result.deadlocks.empty() ? outcome : translated("%1, deadlocked").arg(outcome)),
             number(quantityText(summary.messagesPerSecond, Quantity::MessagesPerSecond)),
             number(quantityText(summary.bytesPerSecond, Quantity::BytesPerSecond)),
             latency(summary.response.p50), latency(summary.response.p99),
             number(decimal(summary.cost.systemCalls)), number(decimal(summary.cost.contextSwitches))});
    }
    return table;
}

TextTable workersTable(const std::vector<WorkerResult>& workers)
{
    TextTable table{{translated("Worker"), translated("PID"), translated("Exit"), translated("Sent"),
                     translated("Received"), translated("System calls"), translated("User"),
                     translated("System"), translated("Voluntary switches"), translated("Involuntary"),
                     translated("Would block"), translated("Partial"), translated("Errors")},
                    {}};
    for (const WorkerResult& worker : workers)
        table.rows.push_back({plain(worker.role), number(QString::number(worker.pid)), plain(worker.exit),
                              count(worker.sent), count(worker.received), count(worker.systemCalls),
                              duration(worker.user), duration(worker.system), count(worker.voluntarySwitches),
                              count(worker.involuntarySwitches), count(worker.wouldBlock),
                              count(worker.partialTransfers), plain(countsOf(worker.errors))});
    return table;
}

TextTable blocksTable(const std::vector<WorkerResult>& workers)
{
    TextTable table{{translated("Worker"), translated("Blocked"), QStringLiteral("p50"),
                     QStringLiteral("p90"), QStringLiteral("p99"), translated("Longest"),
                     translated("Together"), translated("Times")},
                    {}};
    const auto add = [&table](const std::string& role, const char* direction, const LatencyCounts& blocks) {
        const LatencySummary summary = blocks.summary();
        if (summary.count == 0)
            return;
        table.rows.push_back({plain(role), plain(translated(direction)), duration(summary.p50),
                              duration(summary.p90), duration(summary.p99), duration(summary.max),
                              duration(Nanoseconds(static_cast<std::int64_t>(blocks.sum))),
                              count(summary.count)});
    };
    for (const WorkerResult& worker : workers) {
        add(worker.role, "sending", worker.blocks.sending);
        add(worker.role, "receiving", worker.blocks.receiving);
    }
    return table;
}

TextTable standardErrorTable(const std::vector<WorkerResult>& workers)
{
    TextTable table{{translated("Worker"), translated("Standard error")}, {}};
    for (const WorkerResult& worker : workers) {
        const QString text = QString::fromStdString(worker.standardError).trimmed();
        if (!text.isEmpty())
            table.rows.push_back({plain(worker.role), plain(text)});
    }
    return table;
}

} // namespace ipclab
