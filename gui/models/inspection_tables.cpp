#include "gui/models/inspection_tables.h"

#include "gui/charts/number_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace ipclab {

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("InspectionTables", text);
}

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString rolesText(const std::vector<std::string>& roles)
{
    QStringList texts;
    for (const std::string& role : roles)
        texts << QString::fromStdString(role);
    return texts.join(QStringLiteral(", "));
}

QString bytesText(std::uint64_t bytes)
{
    return quantityText(static_cast<double>(bytes), Quantity::Bytes);
}

QString secondsOf(Nanoseconds time)
{
    return secondsText(std::chrono::duration<double>(time).count());
}

QString rateText(double perSecond)
{
    return translated("%1 a second").arg(shortText(perSecond, Quantity::Count));
}

QString stateText(const WorkerStatus& status, const Inspection& inspection)
{
    if (inspection.isGone)
        return QString::fromStdString(status.phase);
    if (inspection.activity.state == 'T')
        return translated("stopped");
    if (status.busyWaiting)
        return translated("running (busy-waiting)");
    return translated("%1 for %2").arg(fromView(word(status.state)), secondsOf(status.inState));
}

QString waitText(const Inspection& inspection)
{
    if (inspection.waitSentence.empty())
        return translated("for nothing");
    const WaitPlace& place = inspection.activity.place;
    return translated("%1 · %2").arg(QString::fromStdString(inspection.waitSentence),
                                     QString::fromStdString(place.function));
}

QString callText(const Inspection& inspection)
{
    const std::string& call = inspection.activity.place.call;
    return call.empty() ? translated("none, or not to be known") : QString::fromStdString(call);
}

QString policyText(const ProcessActivity& activity)
{
    const QString policy = QString::fromStdString(activity.policy);
    return activity.realTimePriority > 0
               ? translated("%1, priority %2").arg(policy).arg(activity.realTimePriority)
               : translated("%1, nice %2").arg(policy).arg(activity.nice);
}

QString coreText(const ProcessActivity& activity)
{
    return translated("%1 of %2").arg(activity.core).arg(QString::fromStdString(activity.allowedCores));
}

QString processorText(const Inspection& inspection)
{
    return translated("%1 user, %2 system")
        .arg(quantityText(inspection.userShare, Quantity::Share),
             quantityText(inspection.systemShare, Quantity::Share));
}

QString memoryText(const Inspection& inspection)
{
    const QString resident = translated("%1 resident").arg(bytesText(inspection.activity.residentMemory));
    const auto& proportional = inspection.belongings.proportionalMemory;
    return proportional ? translated("%1, %2 proportional").arg(resident, bytesText(*proportional))
                        : resident;
}

QString faultsText(const Inspection& inspection)
{
    return translated("%1 without the disk, %2 with it (%3)")
        .arg(groupedText(static_cast<qint64>(inspection.activity.minorFaults)),
             groupedText(static_cast<qint64>(inspection.activity.majorFaults)),
             rateText(inspection.faultsPerSecond));
}

QString targetText(const OpenDescriptor& descriptor)
{
    const QString words = QString::fromStdString(describeTarget(descriptor.target));
    return words == QLatin1String("file") ? QString::fromStdString(descriptor.target) : words;
}

} // namespace

TextTable activityTable(const WorkerStatus& status, const Inspection& inspection)
{
    TextTable table{{QString(), QString()}, {}};
    const auto add = [&table](const char* fact, const QString& value) {
        table.rows.push_back({{.text = translated(fact), .tone = CellTone::Muted}, {.text = value}});
    };
    const ProcessActivity& activity = inspection.activity;
    add("State", stateText(status, inspection));
    if (activity.core < 0) // nobody has looked at it yet, or it had gone before
        return table;
    add("Waits", waitText(inspection));
    add("System call", callText(inspection));
    add("Core", coreText(activity));
    add("Scheduling", policyText(activity));
    add("Processor", processorText(inspection));
    add("Memory", memoryText(inspection));
    add("Page faults", faultsText(inspection));
    add("Voluntary switches", rateText(inspection.voluntaryPerSecond));
    add("Involuntary switches", rateText(inspection.involuntaryPerSecond));
    add("Command line", QString::fromStdString(inspection.belongings.commandLine));
    return table;
}

TextTable descriptorsTable(const std::vector<OpenDescriptor>& descriptors)
{
    TextTable table{{translated("No."), translated("What"), translated("Leads to"), translated("For")}, {}};
    for (const OpenDescriptor& descriptor : descriptors) {
        const QString access = QString::fromStdString(descriptor.access);
        table.rows.push_back(
            {{.text = QString::number(descriptor.number), .isNumber = true},
             {.text = targetText(descriptor), .toolTip = QString::fromStdString(descriptor.target)},
             {.text = rolesText(descriptor.sharedWith), .tone = CellTone::Badge},
             {.text = descriptor.isNonBlocking ? translated("%1, never blocks").arg(access) : access}});
    }
    return table;
}

TextTable mappingsTable(const std::vector<MemoryMapping>& mappings)
{
    std::vector<MemoryMapping> sorted = mappings;
    std::ranges::stable_partition(sorted, &MemoryMapping::isShared);
    TextTable table{{translated("Address"), translated("Size"), translated("Rights"),
                     translated("Shared with"), translated("What")},
                    {}};
    for (const MemoryMapping& mapping : sorted) {
        const CellTone tone = mapping.isShared() ? CellTone::Plain : CellTone::Muted;
        const QString name =
            mapping.name.empty() ? translated("without a name") : QString::fromStdString(mapping.name);
        QString others = rolesText(mapping.sharedWith);
        if (mapping.isShared() && others.isEmpty())
            others = translated("supervisor only");
        table.rows.push_back(
            {{.text = QStringLiteral("0x%1").arg(mapping.begin, 0, 16), .tone = tone, .isNumber = true},
             {.text = bytesText(mapping.size), .tone = tone, .isNumber = true},
             {.text = QString::fromStdString(mapping.permissions), .tone = tone},
             {.text = others, .tone = CellTone::Badge},
             {.text = name, .tone = tone, .toolTip = name}});
    }
    return table;
}

TextTable processLimitsTable(const std::vector<ProcessLimit>& limits)
{
    TextTable table{{translated("Limit"), translated("Soft"), translated("Hard"), translated("Unit")}, {}};
    for (const ProcessLimit& limit : limits)
        table.rows.push_back({{.text = QString::fromStdString(limit.name), .tone = CellTone::Muted},
                              {.text = QString::fromStdString(limit.soft), .isNumber = true},
                              {.text = QString::fromStdString(limit.hard), .isNumber = true},
                              {.text = QString::fromStdString(limit.unit)}});
    return table;
}

} // namespace ipclab
