#include "engine/measure/run_trace.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

std::string_view word(TraceKind kind)
{
    switch (kind) {
    case TraceKind::Send:
        return "sending";
    case TraceKind::Receive:
        return "receiving";
    case TraceKind::BlockedSending:
        return "blocked sending";
    case TraceKind::BlockedReceiving:
        return "blocked receiving";
    case TraceKind::Pacing:
        return "pacing";
    case TraceKind::Sleeping:
        return "sleeping";
    }
    return {};
}

std::string_view identifier(TraceKind kind)
{
    switch (kind) {
    case TraceKind::Send:
        return "send";
    case TraceKind::Receive:
        return "receive";
    case TraceKind::BlockedSending:
        return "blocked_sending";
    case TraceKind::BlockedReceiving:
        return "blocked_receiving";
    case TraceKind::Pacing:
        return "pacing";
    case TraceKind::Sleeping:
        return "sleeping";
    }
    return {};
}

std::string_view word(TraceKeep keep)
{
    return keep == TraceKeep::First ? "first" : "last";
}

std::string traceSentence(const WorkerTrace& trace, TraceKeep keep)
{
    if (trace.events.empty())
        return "no events";
    const auto began = std::ranges::min(trace.events, {}, &TraceEvent::begin).begin;
    const double milliseconds =
        std::chrono::duration<double, std::milli>(trace.events.back().end - began).count();
    const std::string cost = fmt::format("recording one takes about {} ns", trace.costPerEvent.count());
    if (trace.missing() == 0)
        return fmt::format("all {} events kept, {:.4g} ms; {}", trace.events.size(), milliseconds, cost);
    return fmt::format("{} of {} events kept, the {} {:.4g} ms; {}", trace.events.size(), trace.recorded,
                       word(keep), milliseconds, cost);
}

} // namespace ipclab
