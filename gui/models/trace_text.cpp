#include "gui/models/trace_text.h"

#include "gui/charts/number_text.h"

#include <QCoreApplication>
#include <QStringList>

namespace ipclab {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("TraceText", text);
}

QString lengthText(Nanoseconds length)
{
    return quantityText(static_cast<double>(length.count()), Quantity::Duration);
}

QString roleOf(const TraceIndex& index, const TraceSpot& spot)
{
    return QString::fromStdString(index.trace().workers[spot.worker].role);
}

QString numberOf(const TraceEvent& event)
{
    return groupedText(static_cast<qint64>(event.message));
}

QString partnerText(const TraceIndex& index, const TraceSpot& spot)
{
    const TraceEvent& event = index.at(spot);
    const std::optional<TraceSpot> partner = index.partnerOf(spot);
    if (!partner)
        return event.kind == TraceKind::Send ? tr("; its receive was not recorded")
                                             : tr("; its send was not recorded");
    const TraceEvent& other = index.at(*partner);
    if (event.kind == TraceKind::Send)
        return tr("; the %1 had it %2 after that")
            .arg(roleOf(index, *partner), lengthText(other.end - event.end));
    return tr("; the %1 had sent it %2 before")
        .arg(roleOf(index, *partner), lengthText(event.end - other.end));
}

QString wordsOf(const TraceEvent& event)
{
    const bool isOpen = event.isOpen != 0;
    switch (event.kind) {
    case TraceKind::Send:
        return isOpen ? tr("was sending message %1 when it ended, for %2") : tr("sent message %1 in %2");
    case TraceKind::Receive:
        return isOpen ? tr("was asking for a message when it ended, for %2%1")
                      : tr("received message %1 in %2");
    case TraceKind::BlockedSending:
        return isOpen ? tr("was waiting for room when it ended, for %2%1") : tr("waited %2 for room%1");
    case TraceKind::BlockedReceiving:
        return isOpen ? tr("was waiting for a message when it ended, for %2%1")
                      : tr("waited %2 for a message%1");
    case TraceKind::Pacing:
        return tr("waited %2 until the next message was due%1");
    case TraceKind::Sleeping:
        return tr("slept for %2 after a message, as it was told to%1");
    }
    return {};
}

} // namespace

QString momentText(double seconds, int decimals)
{
    return tr("%1 s").arg(seconds, 0, 'f', decimals);
}

QString sentenceOf(const TraceIndex& index, const TraceSpot& spot)
{
    const TraceEvent& event = index.at(spot);
    const bool hasNumber =
        event.kind == TraceKind::Send || (event.kind == TraceKind::Receive && event.isOpen == 0);
    const QString what =
        wordsOf(event).arg(hasNumber ? numberOf(event) : QString(), lengthText(event.end - event.begin));
    const QString when = momentText(std::chrono::duration<double>(event.end).count(), 6);
    const bool hasPartner = isTransfer(event.kind) && event.isOpen == 0;
    return tr("The %1 %2, until %3%4.")
        .arg(roleOf(index, spot), what, when, hasPartner ? partnerText(index, spot) : QString());
}

QString waySentence(const TraceIndex& index, const TraceSpot& transfer)
{
    const std::vector<TraceSpot> way = index.wayOf(transfer);
    const TraceEvent& first = index.at(way.front());
    QStringList steps;
    for (const TraceSpot& spot : way) {
        const TraceEvent& event = index.at(spot);
        const char* text = event.kind == TraceKind::Send ? "%1 sent it" : "%1 had it";
        steps << tr(text).arg(roleOf(index, spot)) +
                     (spot == way.front() ? QString()
                                          : tr(" after %1").arg(lengthText(event.end - first.end)));
    }
    return tr("Message %1: %2.").arg(numberOf(first), steps.join(tr(" → ")));
}

} // namespace ipclab
