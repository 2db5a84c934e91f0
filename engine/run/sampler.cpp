#include "engine/run/sampler.h"

#include "engine/profiles/load_profile.h"

#include <algorithm>

namespace ipclab {

namespace {

/// Receivers first: what they have received by now was sent before the senders' counts are read.
void observeAll(Sampler::Workers workers)
{
    for (const std::unique_ptr<WorkerProcess>& worker : workers)
        if (!isSource(worker->plan().task))
            worker->observe();
    for (const std::unique_ptr<WorkerProcess>& worker : workers)
        if (isSource(worker->plan().task))
            worker->observe();
}

} // namespace

Sampler::Sampler(Settings settings, std::size_t workers)
    : m_settings(std::move(settings)), m_previous(workers), m_hasBegun(workers, false)
{
}

Series Sampler::sample(Workers workers, Nanoseconds startAt)
{
    observeAll(workers);
    // Only now: what a worker counted in the measured window must not be taken for warm-up, however long observing took.
    const Nanoseconds at = now() - startAt;
    std::vector<Totals> current;
    for (const std::unique_ptr<WorkerProcess>& worker : workers) {
        const Telemetry& telemetry = worker->last().telemetry;
        current.push_back({telemetry.counters, telemetry.response, telemetry.service});
    }
    const Nanoseconds begin = m_settings.experiment.warmUp;
    Series points;
    if (at <= begin) {
        points.push_back(pointOf(workers, {m_previousAt, at, m_previous, current}));
        points.back().warmUp = true;
    } else {
        const std::vector<Totals> bases = measuredBases(workers, current);
        if (m_previousAt < begin) {
            points.push_back(pointOf(workers, {m_previousAt, begin, m_previous, bases}));
            points.back().warmUp = true;
        }
        points.push_back(pointOf(workers, {std::max(m_previousAt, begin), at, bases, current}));
    }
    addTimes(points.back(), workers);
    addFill(points.back(), workers);
    m_previous = std::move(current);
    m_previousAt = at;
    return points;
}

/// From where each worker's counts belong to the next measured point. What a worker counts before its first measured message
/// belongs to none.
std::vector<Sampler::Totals> Sampler::measuredBases(Workers workers, const std::vector<Totals>& current)
{
    std::vector<Totals> bases(workers.size());
    for (std::size_t index = 0; index < workers.size(); ++index) {
        const MeasuredWindow& window = workers[index]->last().window;
        if (!window.countsBegun)
            bases[index] = current[index];
        else if (m_hasBegun[index])
            bases[index] = m_previous[index];
        else
            bases[index] = {window.countersAtBegin, window.responseAtBegin, window.serviceAtBegin};
        m_hasBegun[index] = window.countsBegun;
    }
    return bases;
}

SeriesPoint Sampler::pointOf(Workers workers, const Stretch& stretch) const
{
    SeriesPoint point{.at = stretch.to, .length = stretch.to - stretch.from};
    point.workers.resize(workers.size());
    LatencyCounts response;
    LatencyCounts service;
    for (std::size_t index = 0; index < workers.size(); ++index) {
        const CounterValues counts = stretch.later[index].counters.since(stretch.earlier[index].counters);
        const WorkerTask task = workers[index]->plan().task;
        point.workers[index].sent = counts[Counter::Sent];
        point.workers[index].received = counts[Counter::Received];
        point.workers[index].wouldBlock = counts[Counter::WouldBlock];
        if (isSource(task))
            point.sent += counts[Counter::Sent];
        if (!isSink(task))
            continue;
        point.received += counts[Counter::Received];
        point.bytesReceived += counts[Counter::BytesReceived];
        response.add(stretch.later[index].response.since(stretch.earlier[index].response));
        service.add(stretch.later[index].service.since(stretch.earlier[index].service));
    }
    point.response = response.summary();
    point.service = service.summary();
    point.offered = dueBetween(stretch.from, stretch.to, point);
    return point;
}

double Sampler::dueBetween(Nanoseconds from, Nanoseconds to, const SeriesPoint& point) const
{
    const Load& load = m_settings.experiment.load;
    const LoadProfile* profile = findLoadProfile(load.profile);
    if (profile->info().loop == Loop::Closed)
        return static_cast<double>(point.sent);
    const Nanoseconds end = m_settings.experiment.warmUp + m_settings.experiment.duration;
    const bool endsByTime = m_settings.experiment.messages == 0;
    const auto bounded = [&](Nanoseconds time) { return endsByTime ? std::min(time, end) : time; };
    return profile->dueBefore(load.options, bounded(to)) - profile->dueBefore(load.options, bounded(from));
}

void Sampler::addTimes(SeriesPoint& point, Workers workers) const
{
    for (std::size_t index = 0; index < workers.size(); ++index) {
        point.workers[index].time = workers[index]->last().split;
        point.workers[index].cpu = workers[index]->last().cpu;
        point.workers[index].busyWaiting = workers[index]->isBusyWaiting();
    }
}

void Sampler::addFill(SeriesPoint& point, Workers workers) const
{
    std::uint64_t sent = 0;
    std::uint64_t gone = 0;
    for (const std::unique_ptr<WorkerProcess>& worker : workers) {
        const CounterValues& counts = worker->last().telemetry.counters;
        if (isSource(worker->plan().task))
            sent += counts[Counter::Sent];
        if (isSink(worker->plan().task))
            gone += counts[Counter::Received] + counts[Counter::Lost];
    }
    point.fillMessages = sent > gone ? sent - gone : 0;
    point.fillBytes = point.fillMessages * (m_settings.experiment.messageSize + m_settings.overheadPerMessage);
}

} // namespace ipclab
