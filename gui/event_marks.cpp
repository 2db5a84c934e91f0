#include "gui/event_marks.h"

#include <algorithm>

namespace ipclab {

namespace {

/// "receiver stopped" of "stopped on purpose (SIGSTOP) for 500 ms".
QString shortFaultText(const LoggedEvent& event)
{
    const QString text = QString::fromStdString(event.text);
    qsizetype end = text.size();
    for (const QLatin1StringView stop :
         {QLatin1StringView(" on purpose"), QLatin1StringView(" ("), QLatin1StringView(":")})
        if (const qsizetype at = text.indexOf(stop); at >= 0)
            end = std::min(end, at);
    return QString::fromStdString(event.worker) + u' ' + text.left(end);
}

} // namespace

std::optional<QString> markOf(const LoggedEvent& event)
{
    if (event.at < Nanoseconds::zero())
        return std::nullopt;
    switch (event.kind) {
    case EventKind::Fault:
        return shortFaultText(event);
    case EventKind::Deadlock:
    case EventKind::Measuring:
    case EventKind::Killed:
    case EventKind::Switched:
    case EventKind::Restarted:
    case EventKind::Warning:
    case EventKind::Error: {
        const std::string_view kind = word(event.kind);
        return QString::fromUtf8(kind.data(), static_cast<qsizetype>(kind.size()));
    }
    default:
        return std::nullopt;
    }
}

} // namespace ipclab
