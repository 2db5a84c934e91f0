#include "gui/models/live_figures.h"

#include "engine/profiles/load_profile.h"
#include "gui/charts/number_text.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace ipclab {

namespace {

constexpr Nanoseconds recently = std::chrono::milliseconds(500);

QString tr(const char* text)
{
    return QCoreApplication::translate("LiveFigures", text);
}

QString durationText(Nanoseconds time)
{
    return quantityText(static_cast<double>(time.count()), Quantity::Duration);
}

QString shareText(double share)
{
    return quantityText(share, Quantity::Share);
}

double blockedShare(const WorkerResult& worker)
{
    const auto blocked =
        worker.time[WorkerState::BlockedSending] + worker.time[WorkerState::BlockedReceiving];
    return worker.wall.count() > 0
               ? static_cast<double>(blocked.count()) / static_cast<double>(worker.wall.count())
               : 0;
}

bool isOpenLoop(const Experiment& experiment)
{
    const LoadProfile* profile = findLoadProfile(experiment.load.profile);
    return profile && profile->info().loop == Loop::Open;
}

struct Rates {
    double received = 0;
    double bytes = 0;
    double offered = 0;
};

Rates ratesOf(const std::vector<SeriesPoint>& points)
{
    Rates sum;
    double seconds = 0;
    for (const SeriesPoint& point : points) {
        seconds += point.seconds();
        sum.received += point.arrived;
        sum.bytes += static_cast<double>(point.bytesReceived);
        sum.offered += point.offered;
    }
    return seconds > 0 ? Rates{sum.received / seconds, sum.bytes / seconds, sum.offered / seconds} : Rates{};
}

double offeredPerSecond(const RunResult& result)
{
    double offered = 0;
    for (const SeriesPoint& point : result.series)
        offered += point.warmUp ? 0 : point.offered;
    return result.summary.seconds > 0 ? offered / result.summary.seconds : 0;
}

/// The first worker is the head figure, the others stand below it: "sender · receiver 3 %". Of many the last,
/// who receives from them all or serves them.
TileText blockingOf(const std::vector<std::pair<QString, double>>& shares)
{
    constexpr std::size_t room = 3;
    TileText tile{.caption = tr("Blocked"), .value = tr("—"), .detail = {}};
    QStringList details;
    for (std::size_t i = shares.size() > room ? shares.size() - 1 : 1; i < shares.size(); ++i)
        details << tr("%1 %2").arg(shares[i].first, shareText(shares[i].second));
    if (!shares.empty())
        details.prepend(shares.front().first);
    if (shares.size() > room)
        details << tr("%1 more").arg(shares.size() - 2);
    if (!shares.empty())
        tile.value = shareText(shares.front().second);
    tile.detail = details.join(tr(" · "));
    return tile;
}

QString damageText(const IntegrityCounts& counts)
{
    return tr("%1 lost · %2 repeated · %3 corrupt")
        .arg(counts.lost)
        .arg(counts.repeated)
        .arg(counts.corrupt + counts.truncated);
}

QString countText(std::uint64_t count)
{
    return shortText(static_cast<double>(count), Quantity::Count);
}

/// The causes say more than what became of the messages.
QString racesText(const RaceCounts& races)
{
    return tr("%1 lost · %2 stale · %3 torn")
        .arg(countText(races.lostUpdates), countText(races.staleReads), countText(races.tornRecords));
}

QString racesSentence(const RaceCounts& races)
{
    return tr("%1 updates lost, %2 reads of something stale, %3 records torn")
        .arg(countText(races.lostUpdates), countText(races.staleReads), countText(races.tornRecords));
}

QString interleavingText(const InterleavingCounts& counts)
{
    return tr("%1 records torn by %2 pieces of others")
        .arg(countText(counts.tornRecords), countText(counts.foreignPieces));
}

QString causeOrDamage(const IntegrityCounts& counts)
{
    if (counts.races.total() > 0)
        return racesText(counts.races);
    return counts.interleaving.tornRecords > 0 ? interleavingText(counts.interleaving) : damageText(counts);
}

QString checkedBy(Integrity integrity)
{
    switch (integrity) {
    case Integrity::Off:
        return tr("not checked");
    case Integrity::Sequence:
        return tr("checked by sequence numbers");
    case Integrity::Full:
        return tr("checked by sequence and checksum");
    }
    Q_UNREACHABLE();
}

} // namespace

void LiveFigures::begin(const Experiment& experiment)
{
    *this = {};
    m_experiment = experiment;
}

void LiveFigures::add(const SampleTaken& sample)
{
    m_workers = sample.workers;
    m_integrity = sample.integrity;
    m_recent.push_back(sample.point);
    std::erase_if(m_recent, [&](const SeriesPoint& point) { return point.at + recently < sample.point.at; });
    if (sample.point.response.count > 0) {
        m_response = sample.point.response;
        m_service = sample.point.service;
        if (!sample.point.warmUp)
            m_longest = std::max(m_longest, m_response.max);
    }
}

void LiveFigures::finish(const RunResult& result)
{
    m_result = result;
    m_integrity =
        result.summary.messagesReceived > 0 ? std::optional(result.summary.integrity) : std::nullopt;
    m_offered = offeredPerSecond(result);
    m_result->series.clear();
}

std::array<TileText, LiveFigures::count> LiveFigures::tiles() const
{
    return {throughput(), responseTime(), blocking(), integrity()};
}

TileText LiveFigures::throughput() const
{
    TileText tile{.caption = tr("Throughput"), .value = tr("—"), .detail = {}};
    if (m_recent.empty() && !m_result)
        return tile;
    const Rates rates =
        m_result ? Rates{m_result->summary.messagesPerSecond, m_result->summary.bytesPerSecond, m_offered}
                 : ratesOf(m_recent);
    tile.value = quantityText(rates.received, Quantity::MessagesPerSecond);
    tile.detail = quantityText(rates.bytes, Quantity::BytesPerSecond);
    if (m_result)
        tile.detail += tr(" · %1 calls/msg").arg(m_result->summary.cost.systemCalls, 0, 'g', 2);
    if (isOpenLoop(m_experiment))
        tile.detail += tr(" · offered %1").arg(shortText(rates.offered, Quantity::MessagesPerSecond));
    return tile;
}

TileText LiveFigures::responseTime() const
{
    const LatencySummary response = m_result ? m_result->summary.response : m_response;
    const LatencySummary service = m_result ? m_result->summary.service : m_service;
    TileText tile{.caption = tr("Response p50"), .value = tr("—"), .detail = {}};
    if (response.count == 0)
        return tile;
    tile.caption = tr("Response p50 · service %1").arg(durationText(service.p50));
    tile.value = durationText(response.p50);
    tile.detail = tr("p99 %1 · max %2")
                      .arg(durationText(response.p99),
                           durationText(m_result ? response.max : std::max(m_longest, response.max)));
    return tile;
}

TileText LiveFigures::blocking() const
{
    std::vector<std::pair<QString, double>> shares;
    if (m_result) {
        for (const WorkerResult& worker : m_result->workers)
            shares.emplace_back(QString::fromStdString(worker.role), blockedShare(worker));
    } else {
        for (const WorkerStatus& worker : m_workers)
            shares.emplace_back(QString::fromStdString(worker.role), worker.blockedShare);
    }
    return blockingOf(shares);
}

TileText LiveFigures::integrity() const
{
    const Integrity level = m_experiment.measure.integrity;
    TileText tile{.caption = tr("Integrity"), .value = tr("—"), .detail = checkedBy(level)};
    if (level == Integrity::Off || !m_integrity)
        return tile;
    const IntegrityCounts& counts = *m_integrity;
    const bool intact = counts == IntegrityCounts{};
    tile.value = intact ? tr("intact") : tr("damaged");
    tile.tone = intact ? Tone::Good : Tone::Bad;
    tile.detail = causeOrDamage(counts);
    if (counts.races.total() > 0)
        tile.help = racesSentence(counts.races);
    return tile;
}

} // namespace ipclab
