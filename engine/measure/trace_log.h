#pragma once

#include "engine/base/mapping.h"
#include "engine/measure/run_trace.h"

#include <atomic>

namespace ipclab {

/// A transfer that is under way; `begin` is 0 when there is none.
struct OpenTransfer {
    std::atomic<std::int64_t> begin;
    std::atomic<std::uint64_t> message;
    std::atomic<std::uint32_t> stream;
};

/// A worker's events as they lie in shared memory; room for so many follows. All zero bytes are a valid new
/// log.
struct TraceLog {
    std::atomic<std::uint64_t> recorded; ///< also those for which there was no room
    std::uint64_t room;                  ///< written by the supervisor, as is
    TraceKeep keep;
    std::atomic<std::int64_t> costPerEvent; ///< nanoseconds
    OpenTransfer sending;
    OpenTransfer receiving;

    TraceEvent* events() { return reinterpret_cast<TraceEvent*>(this + 1); }
};

/// The worker's side: one writer, no locks, no system calls. It records nothing before start().
class TraceWriter final {
public:
    /// Maps the inherited memory file and finds out what recording costs; goes on behind what a worker
    /// recorded that died.
    explicit TraceWriter(int descriptor);

    void start() { m_isRecording = true; }

    /// A wait, when it is over; what of it was before start() counts as well.
    void record(const TraceEvent& event)
    {
        if (!m_isRecording)
            return;
        const std::uint64_t index = m_log->recorded.load(std::memory_order_relaxed);
        if (index < m_log->room || m_log->keep == TraceKeep::Last)
            m_log->events()[index % m_log->room] = event;
        m_log->recorded.store(index + 1, std::memory_order_release);
    }

    /// The worker asks for room, or for a message; again while it goes on asking changes nothing.
    void beginSend(std::uint64_t message, std::uint32_t stream);
    void beginReceive(std::uint32_t stream);
    /// It has been served.
    void endSend(std::uint64_t message, std::uint32_t stream);
    void endReceive(std::uint64_t message, std::uint32_t stream);
    /// It never will be, or asks no more.
    void giveUpSend() { m_log->sending.begin.store(0, std::memory_order_relaxed); }
    void giveUpReceive() { m_log->receiving.begin.store(0, std::memory_order_relaxed); }

private:
    void begin(OpenTransfer& transfer, std::uint64_t message, std::uint32_t stream) const;
    void end(OpenTransfer& transfer, const TraceEvent& event);
    void calibrate();

    Mapping m_mapping;
    TraceLog* m_log;
    bool m_isRecording = false;
};

/// The supervisor's side: owns the memory file, so that the trace of a killed worker is not lost.
class TraceReader final {
public:
    /// Room for so many events, at least 1. Throws std::system_error.
    TraceReader(const std::string& role, std::uint64_t room, TraceKeep keep);

    /// For the worker to inherit.
    int descriptor() const { return m_file.get(); }

    /// What the worker recorded, with times since `origin`. After it has ended, at `endedAt`: what it was in
    /// the middle of then is in it as well.
    WorkerTrace read(Nanoseconds origin, Nanoseconds endedAt) const;

private:
    UniqueFd m_file;
    Mapping m_mapping;
};

} // namespace ipclab
