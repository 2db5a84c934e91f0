#include "engine/library/trace_export.h"

#include "engine/library/atomic_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iterator>
#include <optional>

namespace ipclab {

namespace {

/// The threads under which a worker's events are shown.
enum Lane : int { Waits = 1, Sends, Receives };

Lane laneOf(TraceKind kind)
{
    switch (kind) {
    case TraceKind::Send:
        return Sends;
    case TraceKind::Receive:
        return Receives;
    case TraceKind::BlockedSending:
    case TraceKind::BlockedReceiving:
    case TraceKind::Pacing:
    case TraceKind::Sleeping:
        break;
    }
    return Waits;
}

double microseconds(Nanoseconds time)
{
    return std::chrono::duration<double, std::micro>(time).count();
}

std::string quotedForJson(const std::string& text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

using Text = std::back_insert_iterator<std::string>;

void addName(Text out, std::string_view what, int pid, int lane, const std::string& name)
{
    fmt::format_to(out, "{{\"ph\":\"M\",\"name\":\"{}\",\"pid\":{},\"tid\":{},\"args\":{{\"name\":{}}}}},\n",
                   what, pid, lane, quotedForJson(name));
}

void addNames(Text out, const WorkerTrace& worker)
{
    addName(out, "process_name", worker.pid, Waits, worker.role);
    addName(out, "thread_name", worker.pid, Waits, "waits");
    addName(out, "thread_name", worker.pid, Sends, "sends");
    addName(out, "thread_name", worker.pid, Receives, "receives");
}

/// From the send to the receive of the same message: they find one another by the id.
void addFlow(Text out, const WorkerTrace& worker, const TraceEvent& event)
{
    const bool isSend = event.kind == TraceKind::Send;
    fmt::format_to(out,
                   "{{\"ph\":\"{}\",\"cat\":\"message\",\"name\":\"message\",\"id\":\"{}.{}\",\"pid\":{},"
                   "\"tid\":{},\"ts\":{:.3f}{}}},\n",
                   isSend ? "s" : "f", event.stream, event.message, worker.pid,
                   static_cast<int>(laneOf(event.kind)), microseconds(event.end),
                   isSend ? "" : ",\"bp\":\"e\"");
}

void addEvent(Text out, const WorkerTrace& worker, const TraceEvent& event)
{
    fmt::format_to(out,
                   "{{\"ph\":\"X\",\"cat\":\"{}\",\"name\":\"{}\",\"pid\":{},\"tid\":{},\"ts\":{:.3f},"
                   "\"dur\":{:.3f}",
                   identifier(event.kind), word(event.kind), worker.pid, static_cast<int>(laneOf(event.kind)),
                   microseconds(event.begin), microseconds(event.end - event.begin));
    if (!isTransfer(event.kind)) {
        fmt::format_to(out, "}},\n");
        return;
    }
    fmt::format_to(out, ",\"args\":{{\"message\":{},\"stream\":{}}}}},\n", event.message, event.stream);
    if (event.isOpen == 0)
        addFlow(out, worker, event);
}

void addInstant(Text out, const LoggedEvent& event)
{
    const std::string text = event.worker.empty() ? event.text : event.worker + ": " + event.text;
    fmt::format_to(out, "{{\"ph\":\"i\",\"s\":\"g\",\"name\":{},\"pid\":0,\"tid\":0,\"ts\":{:.3f}}},\n",
                   quotedForJson(text), microseconds(event.at));
}

} // namespace

CsvTable traceTable(const RunTrace& trace)
{
    CsvTable table({"worker", "kind", "stream", "message", "begin (ns)", "end (ns)", "open"});
    for (const WorkerTrace& worker : trace.workers) {
        for (const TraceEvent& event : worker.events) {
            table.add(worker.role);
            table.add(identifier(event.kind));
            const bool isNumbered = isTransfer(event.kind);
            table.add(isNumbered ? std::optional(event.stream) : std::nullopt);
            table.add(isNumbered ? std::optional(event.message) : std::nullopt);
            table.add(event.begin);
            table.add(event.end);
            table.add(event.isOpen != 0);
        }
    }
    return table;
}

std::string toTraceJson(const RunResult& result)
{
    std::string text = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n";
    const Text out = std::back_inserter(text);
    for (const WorkerTrace& worker : result.trace->workers) {
        addNames(out, worker);
        for (const TraceEvent& event : worker.events)
            addEvent(out, worker, event);
    }
    for (const LoggedEvent& event : result.events)
        addInstant(out, event);
    if (text.ends_with(",\n"))
        text.erase(text.size() - 2, 1);
    return text + "]}\n";
}

void writeTraceJson(const RunResult& result, const std::string& path)
{
    writeFileAtomically(path, toTraceJson(result));
}

} // namespace ipclab
