#include "engine/measure/trace_index.h"

#include <algorithm>
#include <tuple>

namespace ipclab {

TraceIndex::TraceIndex(std::shared_ptr<const RunTrace> trace) : m_trace(std::move(trace))
{
    m_tracks.resize(workers());
    m_spans.resize(workers());
    for (std::uint32_t worker = 0; worker < workers(); ++worker)
        addWorker(worker);
    const auto key = [this](const Entry& entry) {
        return std::tuple(entry.stream, entry.message, at(entry.spot).begin);
    };
    std::ranges::sort(m_sends, {}, key);
    std::ranges::sort(m_receives, {}, key);
    std::ranges::stable_sort(m_order, {}, [this](const TraceSpot& spot) { return at(spot).begin; });
}

void TraceIndex::addWorker(std::uint32_t worker)
{
    const std::vector<TraceEvent>& events = m_trace->workers[worker].events;
    for (Track& track : m_tracks[worker])
        track.lengths.push_back(0);
    for (std::uint32_t index = 0; index < events.size(); ++index) {
        const TraceEvent& event = events[index];
        Track& track = m_tracks[worker][static_cast<std::size_t>(event.kind)];
        track.events.push_back(index);
        track.lengths.push_back(track.lengths.back() + (event.end - event.begin).count());
        Span& span = m_spans[worker];
        span.begin = index == 0 ? event.begin : std::min(span.begin, event.begin);
        span.end = std::max(span.end, event.end);
        if (!isTransfer(event.kind))
            continue;
        m_order.push_back({worker, index});
        if (event.isOpen == 0)
            (event.kind == TraceKind::Send ? m_sends : m_receives)
                .push_back({event.stream, event.message, {worker, index}});
    }
}

std::span<const std::uint32_t> TraceIndex::within(std::size_t worker, TraceKind kind, Nanoseconds from,
                                                  Nanoseconds to) const
{
    const std::vector<TraceEvent>& events = m_trace->workers[worker].events;
    const std::vector<std::uint32_t>& indices = track(worker, kind).events;
    const auto first =
        std::ranges::partition_point(indices, [&](std::uint32_t index) { return events[index].end <= from; });
    const auto last =
        std::ranges::partition_point(indices, [&](std::uint32_t index) { return events[index].begin < to; });
    return first < last ? std::span(first, last) : std::span<const std::uint32_t>();
}

Nanoseconds TraceIndex::filled(std::size_t worker, TraceKind kind, Nanoseconds from, Nanoseconds to) const
{
    const std::span<const std::uint32_t> events = within(worker, kind, from, to);
    if (events.empty())
        return Nanoseconds::zero();
    const Track& all = track(worker, kind);
    const auto first = static_cast<std::size_t>(events.data() - all.events.data());
    const Nanoseconds whole(all.lengths[first + events.size()] - all.lengths[first]);
    const std::vector<TraceEvent>& worked = m_trace->workers[worker].events;
    const Nanoseconds before = std::max(Nanoseconds::zero(), from - worked[events.front()].begin);
    const Nanoseconds after = std::max(Nanoseconds::zero(), worked[events.back()].end - to);
    return whole - before - after;
}

/// Where it may come twice: the first receive that ends after the send has begun, the last send that has
/// begun by then.
std::optional<TraceSpot> TraceIndex::partnerOf(const TraceSpot& transfer) const
{
    const TraceEvent& event = at(transfer);
    if (event.isOpen != 0)
        return std::nullopt;
    const bool isSend = event.kind == TraceKind::Send;
    const std::vector<Entry>& others = isSend ? m_receives : m_sends;
    const auto same =
        std::ranges::equal_range(others, std::tuple(event.stream, event.message), {},
                                 [](const Entry& entry) { return std::tuple(entry.stream, entry.message); });
    std::optional<TraceSpot> partner;
    for (const Entry& entry : same) {
        if (entry.spot.worker == transfer.worker)
            continue; // an answer has the stream and the number of its question
        const TraceEvent& other = at(entry.spot);
        if (isSend && other.end >= event.begin)
            return entry.spot;
        if (!isSend && other.begin <= event.end)
            partner = entry.spot;
    }
    return partner;
}

/// A worker that passes on sends a message before it asks for the next.
std::optional<TraceSpot> TraceIndex::passedOn(const TraceSpot& receive) const
{
    const WorkerTrace& worker = m_trace->workers[receive.worker];
    if (!worker.passesOn)
        return std::nullopt;
    const std::vector<std::uint32_t>& sends = track(receive.worker, TraceKind::Send).events;
    const TraceEvent& received = at(receive);
    const auto next = std::ranges::partition_point(
        sends, [&](std::uint32_t index) { return worker.events[index].begin < received.end; });
    if (next == sends.end() || worker.events[*next].message != received.message)
        return std::nullopt;
    return TraceSpot{receive.worker, *next};
}

std::optional<TraceSpot> TraceIndex::cameBy(const TraceSpot& send) const
{
    const WorkerTrace& worker = m_trace->workers[send.worker];
    if (!worker.passesOn)
        return std::nullopt;
    const std::vector<std::uint32_t>& receives = track(send.worker, TraceKind::Receive).events;
    const TraceEvent& sent = at(send);
    const auto next = std::ranges::partition_point(
        receives, [&](std::uint32_t index) { return worker.events[index].end <= sent.begin; });
    if (next == receives.begin() || worker.events[*std::prev(next)].message != sent.message)
        return std::nullopt;
    return TraceSpot{send.worker, *std::prev(next)};
}

std::vector<TraceSpot> TraceIndex::wayOf(const TraceSpot& transfer) const
{
    const std::size_t longest = 2 * workers() + 2; // a ring's ends where it began
    const auto isSend = [this](const TraceSpot& spot) { return at(spot).kind == TraceKind::Send; };
    TraceSpot first = transfer;
    for (std::size_t steps = 0; steps < longest; ++steps) {
        const std::optional<TraceSpot> earlier = isSend(first) ? cameBy(first) : partnerOf(first);
        if (!earlier)
            break;
        first = *earlier;
    }
    std::vector<TraceSpot> way{first};
    while (way.size() < longest) {
        const std::optional<TraceSpot> later =
            isSend(way.back()) ? partnerOf(way.back()) : passedOn(way.back());
        if (!later)
            break;
        way.push_back(*later);
    }
    return way;
}

std::optional<TraceSpot> TraceIndex::firstTransfer() const
{
    return m_order.empty() ? std::nullopt : std::optional(m_order.front());
}

std::size_t TraceIndex::placeOf(const TraceSpot& transfer) const
{
    const auto begin = [this](const TraceSpot& spot) { return at(spot).begin; };
    auto place = std::ranges::lower_bound(m_order, at(transfer).begin, {}, begin);
    while (*place != transfer)
        ++place;
    return static_cast<std::size_t>(place - m_order.begin());
}

std::optional<TraceSpot> TraceIndex::nextTransfer(const TraceSpot& transfer) const
{
    const std::size_t place = placeOf(transfer);
    return place + 1 < m_order.size() ? std::optional(m_order[place + 1]) : std::nullopt;
}

std::optional<TraceSpot> TraceIndex::previousTransfer(const TraceSpot& transfer) const
{
    const std::size_t place = placeOf(transfer);
    return place > 0 ? std::optional(m_order[place - 1]) : std::nullopt;
}

std::optional<TraceSpot> TraceIndex::transferFrom(Nanoseconds moment) const
{
    const auto begin = [this](const TraceSpot& spot) { return at(spot).begin; };
    const auto place = std::ranges::lower_bound(m_order, moment, {}, begin);
    return place == m_order.end() ? std::nullopt : std::optional(*place);
}

} // namespace ipclab
