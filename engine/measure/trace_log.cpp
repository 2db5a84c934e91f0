#include "engine/measure/trace_log.h"

#include "engine/base/failure.h"

#include <sys/stat.h>

#include <algorithm>

namespace ipclab {

namespace {

std::size_t logSize(std::uint64_t room)
{
    return sizeof(TraceLog) + static_cast<std::size_t>(room) * sizeof(TraceEvent);
}

std::size_t sizeOfFile(int descriptor)
{
    struct stat status {};
    check(::fstat(descriptor, &status), "fstat");
    return static_cast<std::size_t>(status.st_size);
}

void addOpen(WorkerTrace& trace, const OpenTransfer& transfer, TraceKind kind, Nanoseconds endedAt)
{
    const Nanoseconds begin(transfer.begin.load(std::memory_order_relaxed));
    if (begin != Nanoseconds::zero())
        trace.events.push_back({.begin = begin,
                                .end = std::max(begin, endedAt),
                                .message = transfer.message.load(std::memory_order_relaxed),
                                .stream = transfer.stream.load(std::memory_order_relaxed),
                                .kind = kind,
                                .isOpen = 1});
}

} // namespace

TraceWriter::TraceWriter(int descriptor)
    : m_mapping(descriptor, sizeOfFile(descriptor), Access::ReadWrite), m_log(m_mapping.as<TraceLog>())
{
    m_mapping.faultIn();
    giveUpSend();
    giveUpReceive();
    const bool isOfOneThatDied = m_log->costPerEvent.load(std::memory_order_relaxed) != 0;
    if (!isOfOneThatDied)
        calibrate();
}

/// A transfer is recorded with two readings of the clock. The quickest turn counts: in the others somebody
/// else may have had the core.
void TraceWriter::calibrate()
{
    constexpr int turns = 10;
    constexpr int rounds = 100;
    m_isRecording = true;
    Nanoseconds quickest = Nanoseconds::max();
    for (int turn = 0; turn < turns; ++turn) {
        const Nanoseconds begun = now();
        for (int round = 0; round < rounds; ++round) {
            beginSend(0, 0);
            endSend(0, 0);
        }
        quickest = std::min(quickest, now() - begun);
    }
    m_log->costPerEvent.store(quickest.count() / rounds, std::memory_order_relaxed);
    m_log->recorded.store(0, std::memory_order_relaxed);
    m_isRecording = false;
}

void TraceWriter::begin(OpenTransfer& transfer, std::uint64_t message, std::uint32_t stream) const
{
    if (!m_isRecording || transfer.begin.load(std::memory_order_relaxed) != 0)
        return;
    transfer.message.store(message, std::memory_order_relaxed);
    transfer.stream.store(stream, std::memory_order_relaxed);
    transfer.begin.store(now().count(), std::memory_order_relaxed);
}

void TraceWriter::end(OpenTransfer& transfer, const TraceEvent& event)
{
    TraceEvent whole = event;
    whole.begin = Nanoseconds(transfer.begin.load(std::memory_order_relaxed));
    if (whole.begin == Nanoseconds::zero())
        return; // begun before recording
    whole.end = now();
    record(whole);
    transfer.begin.store(0, std::memory_order_relaxed);
}

void TraceWriter::beginSend(std::uint64_t message, std::uint32_t stream)
{
    begin(m_log->sending, message, stream);
}

void TraceWriter::beginReceive(std::uint32_t stream)
{
    begin(m_log->receiving, 0, stream);
}

void TraceWriter::endSend(std::uint64_t message, std::uint32_t stream)
{
    end(m_log->sending, {.message = message, .stream = stream, .kind = TraceKind::Send});
}

void TraceWriter::endReceive(std::uint64_t message, std::uint32_t stream)
{
    end(m_log->receiving, {.message = message, .stream = stream, .kind = TraceKind::Receive});
}

TraceReader::TraceReader(const std::string& role, std::uint64_t room, TraceKeep keep)
    : m_file(createMemoryFile(("ipclab trace of " + role).c_str(), logSize(room))),
      m_mapping(m_file.get(), logSize(room), Access::ReadWrite)
{
    m_mapping.as<TraceLog>()->room = room;
    m_mapping.as<TraceLog>()->keep = keep;
}

WorkerTrace TraceReader::read(Nanoseconds origin, Nanoseconds endedAt) const
{
    TraceLog& log = *m_mapping.as<TraceLog>();
    WorkerTrace trace;
    trace.recorded = log.recorded.load(std::memory_order_acquire);
    trace.costPerEvent = Nanoseconds(log.costPerEvent.load(std::memory_order_relaxed));
    const std::uint64_t kept = std::min(trace.recorded, log.room);
    // When the last ones are kept, the oldest of them may have been half overwritten by a worker that was
    // killed.
    const bool hasWrapped = log.keep == TraceKeep::Last && trace.recorded > log.room;
    const std::uint64_t first = hasWrapped ? trace.recorded - log.room + 1 : 0;
    trace.events.reserve(kept + 2);
    for (std::uint64_t index = first; index < first + kept - (hasWrapped ? 1 : 0); ++index)
        trace.events.push_back(log.events()[index % log.room]);
    addOpen(trace, log.sending, TraceKind::Send, endedAt);
    addOpen(trace, log.receiving, TraceKind::Receive, endedAt);
    for (TraceEvent& event : trace.events) {
        event.begin -= origin;
        event.end -= origin;
    }
    return trace;
}

} // namespace ipclab
