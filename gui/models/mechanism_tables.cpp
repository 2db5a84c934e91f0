#include "gui/models/mechanism_tables.h"

#include "engine/base/quantity.h"
#include "engine/mechanisms/complexity.h"
#include "engine/run/host.h"
#include "gui/charts/number_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace ipclab {

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("MechanismTables", text);
}

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

TableRow fact(const char* name, const QString& value)
{
    return {{.text = translated(name), .tone = CellTone::Muted}, {.text = value}};
}

QString boundText(OptionKind kind, double bound)
{
    switch (kind) {
    case OptionKind::Size:
        return quantityText(bound, Quantity::Bytes);
    case OptionKind::Duration:
        return quantityText(bound, Quantity::Duration);
    case OptionKind::Ratio:
        return quantityText(bound, Quantity::Share);
    default:
        return QString::number(bound, 'g', 12);
    }
}

/// As the form has it.
QString initialText(const OptionSpec& option)
{
    const auto choice = std::ranges::find(option.choices, option.initial, &OptionChoice::id);
    return QString::fromStdString(choice == option.choices.end() ? option.initial : choice->title);
}

QString rangeText(const OptionSpec& option)
{
    if (option.kind == OptionKind::Switch)
        return translated("on or off");
    QStringList choices;
    for (const OptionChoice& choice : option.choices)
        choices << QString::fromStdString(choice.title);
    if (!choices.isEmpty())
        return choices.join(QStringLiteral(", "));
    if (option.least && option.most)
        return translated("%1 to %2")
            .arg(boundText(option.kind, *option.least), boundText(option.kind, *option.most));
    if (option.least)
        return translated("at least %1").arg(boundText(option.kind, *option.least));
    return option.most ? translated("at most %1").arg(boundText(option.kind, *option.most)) : QString();
}

QString listText(const std::vector<std::string_view>& words)
{
    QStringList texts;
    for (const std::string_view word : words)
        texts << fromView(word);
    return texts.isEmpty() ? translated("none")
                           : QStringLiteral("%1: %2").arg(texts.size()).arg(texts.join(QStringLiteral(", ")));
}

QString linesText(const Complexity& complexity)
{
    QStringList shared;
    for (auto file = complexity.files.begin() + 1; file != complexity.files.end(); ++file)
        shared << QStringLiteral("%1 %2").arg(fromView(file->path).section('/', -1)).arg(file->lines);
    const QString own = translated("%1 of its own").arg(complexity.ownLines());
    if (shared.isEmpty())
        return own;
    return translated("%1, %2 of shared files: %3")
        .arg(own)
        .arg(complexity.sharedLines())
        .arg(shared.join(QStringLiteral(", ")));
}

TableRow largestMessage(const Mechanism& mechanism)
{
    const MessageLimit limit = mechanism.limit(withDefaults(mechanism.info().options, {}));
    return fact("Largest message", translated("%1, because %2")
                                       .arg(QString::fromStdString(formatSize(limit.largest)),
                                            QString::fromStdString(limit.because)));
}

} // namespace

TextTable optionsTable(const MechanismInfo& info)
{
    TextTable table{
        {translated("Option"), translated("Default"), translated("Possible"), translated("What it does")},
        {}};
    for (const OptionSpec& option : info.options)
        table.rows.push_back(
            {{.text = QString::fromStdString(option.label),
              .toolTip = QStringLiteral("mechanism_options.%1").arg(QString::fromStdString(option.id))},
             {.text = initialText(option)},
             {.text = rangeText(option)},
             {.text = QString::fromStdString(explanationOf(option)), .tone = CellTone::Muted}});
    return table;
}

TextTable hostLimitsTable(const Mechanism& mechanism)
{
    const MechanismInfo& info = mechanism.info();
    TextTable table{{translated("Limit"), translated("Value")}, {}};
    if (!mechanism.unavailable())
        table.rows.push_back(largestMessage(mechanism));
    for (const HostLimit& each : readLimits(complexityOf(info.id).limits))
        table.rows.push_back(
            {{.text = QString::fromStdString(each.id), .tone = CellTone::Muted},
             {.text = QString::fromStdString(each.value).replace('\t', QStringLiteral("  "))}});
    return table;
}

TextTable capacityTable(const std::vector<FoundCapacity>& found)
{
    TextTable table{{translated("Messages of"), translated("Went in"), translated("Bytes, framing included"),
                     translated("It is said to hold"), translated("Said by")},
                    {}};
    const auto grouped = [](std::uint64_t count) { return groupedText(static_cast<qint64>(count)); };
    for (const FoundCapacity& each : found) {
        const bool isInBytes = each.stated && each.stated->unit == CapacityUnit::Bytes;
        const QString stated = each.stated ? (isInBytes ? translated("%1 B") : translated("%1 messages"))
                                                 .arg(grouped(each.stated->amount))
                                           : translated("nobody knows");
        table.rows.push_back(
            {{.text = QString::fromStdString(formatSize(each.messageSize))},
             {.text = grouped(each.messages)},
             {.text = grouped(each.bytes())},
             {.text = stated},
             {.text = each.stated ? QString::fromStdString(each.stated->saidBy) : QString()}});
    }
    return table;
}

TextTable complexityTable(const MechanismInfo& info)
{
    const Complexity& complexity = complexityOf(info.id);
    TextTable table{{translated("Figure"), translated("Value")}, {}};
    table.rows = {
        fact("Lines of code", linesText(complexity)),
        fact("System calls", listText(complexity.systemCalls)),
        fact("Kernel objects", listText(complexity.objects)),
        fact("To be removed by", listText(complexity.removals)),
        fact("Errors told apart", listText(complexity.errors)),
        fact("Failures explained", translated("in %1 places").arg(complexity.failures)),
        fact("Needs a lock", info.traits.needsLock ? translated("yes") : translated("no")),
    };
    return table;
}

} // namespace ipclab
