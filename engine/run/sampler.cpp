#include "engine/run/sampler.h"

#include "engine/profiles/load_profile.h"
#include "engine/run/run_summary.h"
#include "engine/run/saturation/saturator.h"

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

std::uint64_t sentBy(Sampler::Workers workers)
{
    std::uint64_t sent = 0;
    for (const std::unique_ptr<WorkerProcess>& worker : workers)
        if (isSource(worker->plan().task))
            sent += worker->counters()[Counter::Sent];
    return sent;
}

std::uint64_t receivedOrLostBy(Sampler::Workers workers)
{
    std::uint64_t gone = 0;
    for (const std::unique_ptr<WorkerProcess>& worker : workers) {
        const CounterValues counts = worker->counters();
        if (isSink(worker->plan().task))
            gone += counts[Counter::Received] + counts[Counter::Straggled] + counts[Counter::Lost];
    }
    return gone;
}

bool receives(WorkerTask task)
{
    return task != WorkerTask::Send && task != WorkerTask::Spread;
}

/// What all channels hold together, in their own unit. Questions and their answers lie in both ways of a
/// channel.
std::uint64_t roomInAll(const Sampler::Settings& settings)
{
    return settings.capacity->amount * (settings.experiment.exchange == Exchange::RoundTrip ? 2 : 1);
}

/// How many messages all channels can hold at most. One that goes by bytes takes a last message as long as
/// there is any room.
std::uint64_t mostInside(const Sampler::Settings& settings)
{
    if (!settings.capacity)
        return 0;
    const std::uint64_t room = roomInAll(settings);
    if (settings.capacity->unit == CapacityUnit::Messages)
        return room;
    const std::uint64_t each =
        messageSizes(settings.experiment).smallest + settings.capacity->overheadPerMessage;
    return (room + each - 1) / each;
}

Nanoseconds scaled(Nanoseconds time, double share)
{
    return Nanoseconds(static_cast<std::int64_t>(static_cast<double>(time.count()) * share));
}

/// What came between two copies of one class's counts; nothing came before the first.
ClassCounts difference(const ClassCounts& later, const ClassCounts* earlier)
{
    if (earlier == nullptr)
        return later;
    return {.sent = later.sent - earlier->sent,
            .received = later.received - earlier->received,
            .overtaking = later.overtaking - earlier->overtaking,
            .overtaken = later.overtaken - earlier->overtaken,
            .response = later.response.since(earlier->response),
            .service = later.service.since(earlier->service)};
}

/// Senders know what was sent, receivers the rest, so that all workers' counts can be added up.
std::vector<ClassPoint> classPoints(const std::vector<std::vector<ClassCounts>>& ofWorkers)
{
    std::vector<ClassPoint> points;
    std::vector<LatencyCounts> responses;
    for (const std::vector<ClassCounts>& ofWorker : ofWorkers) {
        points.resize(std::max(points.size(), ofWorker.size()));
        responses.resize(points.size());
        for (std::size_t index = 0; index < ofWorker.size(); ++index) {
            points[index].sent += ofWorker[index].sent;
            points[index].received += ofWorker[index].received;
            points[index].overtaking += ofWorker[index].overtaking;
            points[index].overtaken += ofWorker[index].overtaken;
            responses[index].add(ofWorker[index].response);
        }
    }
    for (std::size_t index = 0; index < points.size(); ++index)
        points[index].response = responses[index].summary();
    return points;
}

/// The longest waits that have not ended yet.
void addOpenBlocks(BlockPoint& blocks, Sampler::Workers workers, Nanoseconds at)
{
    for (const std::unique_ptr<WorkerProcess>& worker : workers) {
        const WorkerProcess::Observation& seen = worker->last();
        if (!seen.window.timesBegun || seen.window.ended || worker->hasEnded())
            continue;
        const Nanoseconds open = at - std::max(seen.telemetry.windows.since, seen.window.begin.at);
        if (seen.telemetry.windows.open == Window::WaitingToSend)
            blocks.openSending = std::max(blocks.openSending, open);
        if (seen.telemetry.windows.open == Window::WaitingToReceive)
            blocks.openReceiving = std::max(blocks.openReceiving, open);
    }
}

/// This point's share of the times since the last observation.
void addTimes(SeriesPoint& point, Sampler::Workers workers, double share)
{
    for (std::size_t index = 0; index < workers.size(); ++index) {
        const WorkerProcess::Observation& seen = workers[index]->last();
        for (std::size_t state = 0; state < workerStateCount; ++state)
            point.workers[index].time.time[state] = scaled(seen.split.time[state], share);
        point.workers[index].cpu = scaled(seen.cpu, share);
        point.workers[index].busyWaiting = workers[index]->isBusyWaiting();
    }
}

} // namespace

Sampler::Sampler(Settings settings, std::size_t workers)
    : m_settings(std::move(settings)), m_meanSize(messageSizes(m_settings.experiment).mean),
      m_mostInside(mostInside(m_settings)), m_previous(workers), m_hasBegun(workers, false)
{
}

Series Sampler::sample(Workers workers, Nanoseconds startAt)
{
    observeAll(workers);
    // Only now: what a worker counted in the measured window must not be taken for warm-up, however long
    // observing took.
    const Nanoseconds at = now() - startAt;
    std::vector<Totals> current;
    for (const std::unique_ptr<WorkerProcess>& worker : workers) {
        const Telemetry& telemetry = worker->last().telemetry;
        current.push_back(
            {telemetry.counters, telemetry.response, telemetry.service, telemetry.blocks, telemetry.classes});
    }
    const Nanoseconds begin = m_settings.experiment.warmUp;
    std::vector<Totals> bases = at > begin ? measuredBases(workers, current) : current;
    Series points;
    if (m_previousAt < begin) {
        points.push_back(pointOf(workers, {m_previousAt, std::min(at, begin), m_previous, bases}));
        points.back().warmUp = true;
        m_previous = bases;
        m_previousAt = std::min(at, begin);
    }
    if (at > begin && (points.empty() || !mayWait(workers, at, points.back()))) {
        points.push_back(pointOf(workers, {m_previousAt, at, bases, current}));
        m_previous = std::move(current);
        m_previousAt = at;
    }
    if (!points.back().warmUp)
        addOpenBlocks(points.back().blocks, workers, startAt + at);
    addRates(points, workers, at);
    addFill(points, workers);
    return points;
}

/// The beginning of the measured window is only just past: the next sample can take the rest, for a point
/// that is much shorter than the others shows chance as a spike.
bool Sampler::mayWait(Workers workers, Nanoseconds at, const SeriesPoint& warmUp) const
{
    const bool areAllOver =
        std::ranges::all_of(workers, [](const auto& worker) { return worker->hasEnded(); });
    return !areAllOver && at - m_settings.experiment.warmUp < warmUp.length / 2;
}

/// From where each worker's counts belong to the next measured point. What a worker counts before its first
/// measured message belongs to none.
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
            bases[index] = {window.countersAtBegin,
                            window.responseAtBegin,
                            window.serviceAtBegin,
                            {},
                            std::vector<ClassCounts>(current[index].classes.size())};
        m_hasBegun[index] = window.countsBegun;
    }
    return bases;
}

std::vector<ClassCounts> Sampler::classesOf(const Totals& earlier, const Totals& later)
{
    std::vector<ClassCounts> classes;
    for (std::size_t index = 0; index < later.classes.size(); ++index)
        classes.push_back(difference(later.classes[index],
                                     index < earlier.classes.size() ? &earlier.classes[index] : nullptr));
    return classes;
}

SeriesPoint Sampler::pointOf(Workers workers, const Stretch& stretch) const
{
    SeriesPoint point{.at = stretch.to, .length = stretch.to - stretch.from};
    point.workers.resize(workers.size());
    LatencyCounts response;
    LatencyCounts service;
    BlockTimes blocks;
    std::vector<std::vector<ClassCounts>> classes;
    for (std::size_t index = 0; index < workers.size(); ++index) {
        classes.push_back(classesOf(stretch.earlier[index], stretch.later[index]));
        const CounterValues counts = stretch.later[index].counters.since(stretch.earlier[index].counters);
        const WorkerTask task = workers[index]->plan().task;
        point.workers[index].sent = counts[Counter::Sent];
        point.workers[index].received = counts[Counter::Received];
        point.workers[index].wouldBlock = counts[Counter::WouldBlock];
        addRaces(point.races, counts);
        addInterleaving(point.interleaving, counts);
        blocks.sending.add(stretch.later[index].blocks.sending.since(stretch.earlier[index].blocks.sending));
        blocks.receiving.add(
            stretch.later[index].blocks.receiving.since(stretch.earlier[index].blocks.receiving));
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
    point.blocks.sending = blocks.sending.summary();
    point.blocks.receiving = blocks.receiving.summary();
    point.classes = classPoints(classes);
    if (!isClosedLoop())
        point.offered = dueBetween(stretch.from, stretch.to);
    return point;
}

bool Sampler::isClosedLoop() const
{
    return findLoadProfile(m_settings.experiment.load.profile)->info().loop == Loop::Closed;
}

double Sampler::dueBetween(Nanoseconds from, Nanoseconds to) const
{
    const Load& load = m_settings.experiment.load;
    const LoadProfile* profile = findLoadProfile(load.profile);
    const Nanoseconds end = m_settings.experiment.warmUp + m_settings.experiment.duration;
    const bool endsByTime = m_settings.experiment.messages == 0;
    const auto bounded = [&](Nanoseconds time) { return endsByTime ? std::min(time, end) : time; };
    const auto dueBefore = [&](Nanoseconds time) {
        return m_settings.saturator ? m_settings.saturator->dueBefore(time)
                                    : profile->dueBefore(load.options, time);
    };
    return (dueBefore(bounded(to)) - dueBefore(bounded(from))) * m_settings.copies;
}

/// What is known only of the whole time since the last call is shared out to the points by their length.
void Sampler::addRates(Series& points, Workers workers, Nanoseconds at)
{
    const Nanoseconds since = points.front().at - points.front().length;
    std::uint64_t arrived = 0;
    std::uint64_t sent = 0;
    for (const std::unique_ptr<WorkerProcess>& worker : workers) {
        const CounterValues& counts = worker->last().telemetry.counters;
        arrived += isSink(worker->plan().task) ? counts[Counter::Received] + counts[Counter::Straggled] : 0;
        sent += isSource(worker->plan().task) ? counts[Counter::Sent] : 0;
    }
    const double newlyArrived = static_cast<double>(arrived) - m_arrived;
    const double newlySent = static_cast<double>(sent) - m_sent;
    for (SeriesPoint& point : points) {
        const double share =
            static_cast<double>(point.length.count()) / static_cast<double>((at - since).count());
        point.arrived = newlyArrived * share;
        m_arrived += newlyArrived * share;
        m_sent += newlySent * share;
        if (isClosedLoop())
            point.offered = newlySent * share; // what is sent is what was due
        addTimes(point, workers, share);
    }
}

void Sampler::addFill(Series& points, Workers workers) const
{
    // Sent is read between two readings of what has arrived. If much has come in between, this process was
    // kept waiting and the readings do not belong together: again.
    constexpr int attempts = 4;
    constexpr std::uint64_t closeTogether = 64;
    std::uint64_t gone = receivedOrLostBy(workers);
    std::uint64_t sent = 0;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const std::uint64_t before = gone;
        sent = sentBy(workers);
        gone = receivedOrLostBy(workers);
        if (gone - before <= closeTogether)
            break;
    }
    for (SeriesPoint& point : points) {
        point.fillMessages = sent > gone ? inChannel(sent - gone, workers) : 0;
        point.fillBytes = bytesOf(point.fillMessages);
    }
}

/// With what the mechanism adds to each. Of a message larger than the channel the receiver has taken the rest
/// out already.
std::uint64_t Sampler::bytesOf(std::uint64_t messages) const
{
    const std::optional<Capacity>& capacity = m_settings.capacity;
    const double each = m_meanSize + static_cast<double>(capacity ? capacity->overheadPerMessage : 0);
    const auto bytes = static_cast<std::uint64_t>(static_cast<double>(messages) * each);
    const bool fitsIn = capacity && capacity->unit == CapacityUnit::Bytes && messages <= m_mostInside;
    return fitsIn ? std::min(bytes, roomInAll(m_settings)) : bytes;
}

/// Of what was sent and not counted as received, each worker that receives may have one message in hand: it
/// was taken out, or the kernel has given it to a sleeper, who counts it once it runs. So what exceeds the
/// capacity by at most so many is in hands, and the channel is full. More than that would be an error, and is
/// shown.
std::uint64_t Sampler::inChannel(std::uint64_t uncounted, Workers workers) const
{
    if (!m_settings.capacity || uncounted <= m_mostInside)
        return uncounted;
    std::uint64_t inHand = 0;
    for (const std::unique_ptr<WorkerProcess>& worker : workers)
        if (receives(worker->plan().task))
            ++inHand;
    return uncounted - m_mostInside <= inHand ? m_mostInside : uncounted;
}

} // namespace ipclab
