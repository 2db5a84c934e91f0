#pragma once

#include "engine/measure/run_trace.h"

#include <array>
#include <memory>
#include <optional>
#include <span>

namespace ipclab {

/// One event of a trace: a worker's place in the run and the event's in what was kept of it.
struct TraceSpot {
    std::uint32_t worker = 0;
    std::uint32_t event = 0;
    bool operator==(const TraceSpot&) const = default;
};

/// Finds things in a trace in logarithmic time: what lies in a stretch of time, how much of it a state fills,
/// and the way of a message through the workers. Built once; the trace never changes.
class TraceIndex final {
public:
    explicit TraceIndex(std::shared_ptr<const RunTrace> trace);

    const RunTrace& trace() const { return *m_trace; }
    std::size_t workers() const { return m_trace->workers.size(); }
    const TraceEvent& at(const TraceSpot& spot) const
    {
        return m_trace->workers[spot.worker].events[spot.event];
    }

    /// From the first begin to the last end of a worker's events; both zero when there are none.
    struct Span {
        Nanoseconds begin{};
        Nanoseconds end{};
    };
    Span spanOf(std::size_t worker) const { return m_spans[worker]; }

    /// The events of one kind that have a part in [from, to), in order: indices for TraceSpot::event.
    std::span<const std::uint32_t> within(std::size_t worker, TraceKind kind, Nanoseconds from,
                                          Nanoseconds to) const;
    /// The time in [from, to) that events of one kind fill.
    Nanoseconds filled(std::size_t worker, TraceKind kind, Nanoseconds from, Nanoseconds to) const;

    /// The other end of a transfer: where a message that was sent here was received, or the other way round.
    std::optional<TraceSpot> partnerOf(const TraceSpot& transfer) const;
    /// The whole way of the message of a transfer, from its first send to its last receive, as far as it was
    /// recorded.
    std::vector<TraceSpot> wayOf(const TraceSpot& transfer) const;

    /// The first and the last transfer by their begins, over all workers, and the one after or before
    /// another.
    std::optional<TraceSpot> firstTransfer() const;
    std::optional<TraceSpot> nextTransfer(const TraceSpot& transfer) const;
    std::optional<TraceSpot> previousTransfer(const TraceSpot& transfer) const;
    /// The first that begins at this moment or later.
    std::optional<TraceSpot> transferFrom(Nanoseconds moment) const;

private:
    /// The events of one kind of one worker. They do not overlap, so that begins and ends are both in order.
    struct Track {
        std::vector<std::uint32_t> events;
        std::vector<std::int64_t> lengths; ///< of all events before each, and of all
    };
    /// Under what a transfer is looked up.
    struct Entry {
        std::uint32_t stream;
        std::uint64_t message;
        TraceSpot spot;
    };

    void addWorker(std::uint32_t worker);
    const Track& track(std::size_t worker, TraceKind kind) const
    {
        return m_tracks[worker][static_cast<std::size_t>(kind)];
    }
    std::optional<TraceSpot> passedOn(const TraceSpot& receive) const;
    std::optional<TraceSpot> cameBy(const TraceSpot& send) const;
    std::size_t placeOf(const TraceSpot& transfer) const;

    std::shared_ptr<const RunTrace> m_trace;
    std::vector<std::array<Track, traceKindCount>> m_tracks;
    std::vector<Span> m_spans;
    std::vector<Entry> m_sends; ///< by stream, message and begin
    std::vector<Entry> m_receives;
    std::vector<TraceSpot> m_order; ///< all transfers by their begins
};

} // namespace ipclab
