#include "engine/run/processes/deadlock_detector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

namespace ipclab {

namespace {

constexpr Nanoseconds lookEvery = std::chrono::milliseconds(250);
constexpr Nanoseconds certainAfter = std::chrono::seconds(1);
/// A spinner that used less of its core than this between two looks may not have had the time to notice.
constexpr Nanoseconds surelySpun = std::chrono::milliseconds(10);
/// Likewise one that sleeps in between; without anything to wake up for it uses nothing.
constexpr Nanoseconds surelyTried = std::chrono::microseconds(100);

bool isWait(Window window)
{
    return window == Window::WaitingToSend || window == Window::WaitingToReceive;
}

/// Whether an end is one on which this wait can end: the worker's own, or that of who can end it.
ChannelEnd ownEnd(Window window)
{
    return window == Window::WaitingToSend ? ChannelEnd::Sender : ChannelEnd::Receiver;
}

/// Whoever has no end of the wait's kind does both on those he has. Who sends and receives at once waits for
/// either.
bool waitsOn(const PlannedWorker& worker, const PlannedEnd& end, Window window)
{
    const auto isOfTheKind = [window](const PlannedEnd& each) { return each.seat.end == ownEnd(window); };
    return worker.task == WorkerTask::Duplex || isOfTheKind(end) ||
           std::ranges::none_of(worker.ends, isOfTheKind);
}

/// One of several has a number, which is a name: "the sender", but "client 3".
std::string inSentence(const std::string& role)
{
    const bool isNumbered = !role.empty() && role.back() >= '0' && role.back() <= '9';
    return isNumbered ? role : "the " + role;
}

std::string clauseOf(const WaitEdge& edge)
{
    return fmt::format("{} waits for {}, which {}", inSentence(edge.waiter), edge.what,
                       edge.awaitedIsDead ? inSentence(edge.awaited) + " held when it died"
                                          : "only " + inSentence(edge.awaited) + " can give");
}

} // namespace

std::string WaitGraph::sentence() const
{
    std::set<std::string_view> waiters;
    std::string text;
    for (const WaitEdge& edge : edges) {
        waiters.insert(edge.waiter);
        text += text.empty() ? clauseOf(edge) : "; " + clauseOf(edge);
    }
    if (!text.empty())
        text.front() = static_cast<char>(std::toupper(text.front()));
    return text + (waiters.size() == 1   ? ". It will never go on."
                   : waiters.size() == 2 ? ". Neither will ever go on."
                                         : ". None of them will ever go on.");
}

DeadlockDetector::DeadlockDetector(Scene scene) : m_scene(std::move(scene)), m_sights(m_scene.workers.size())
{
    m_timer.setEvery(now() + lookEvery, lookEvery);
}

std::optional<WaitGraph> DeadlockDetector::look()
{
    m_timer.acknowledge();
    const Nanoseconds moment = now();
    for (std::size_t worker = 0; worker < m_sights.size(); ++worker)
        see(worker, moment);
    WaitGraph graph = graphOf(stuck(moment));
    const bool isNew = !graph.isEmpty() && graph != m_found;
    m_found = std::move(graph);
    return isNew ? std::optional(m_found) : std::nullopt;
}

void DeadlockDetector::see(std::size_t worker, Nanoseconds moment)
{
    const WorkerProcess& process = *m_scene.workers[worker];
    Sight& sight = m_sights[worker];
    const WindowTimes windows = process.windows();
    if (process.hasEnded() || windows.torn || !isWait(windows.open)) {
        sight = {};
        return;
    }
    const bool isSameWait = sight.since == windows.since;
    const bool isStill = isIdle(process, isSameWait ? sight.cpu : Nanoseconds::max());
    sight.cpu = process.cpuTime();
    sight.since = windows.since;
    findAwaited(worker, windows.open);
    if (!isStill)
        sight.idleSince = Nanoseconds::zero();
    else if (!isSameWait || sight.idleSince == Nanoseconds::zero())
        sight.idleSince = moment;
}

/// Asleep; or, where it waits by spinning, or sleeps in slices as for a lock, busy enough to have noticed if
/// there were anything.
bool DeadlockDetector::isIdle(const WorkerProcess& worker, Nanoseconds cpuBefore) const
{
    const char state = worker.kernelState();
    if (state == 'S')
        return true;
    return state == 'R' && cpuBefore != Nanoseconds::max() &&
           worker.cpuTime() - cpuBefore > (m_scene.wait == Wait::Spin ? surelySpun : surelyTried);
}

/// Whoever holds the lock that it needs, or else those at the other ends of the channels.
void DeadlockDetector::findAwaited(std::size_t worker, Window window)
{
    const PlannedWorker& own = m_scene.workers[worker]->plan();
    const bool awaitsSecond = m_scene.control.orders[worker].grip.load() == LockGrip::AwaitsSecond;
    Sight& sight = m_sights[worker];
    for (const PlannedEnd& end : own.ends) {
        const bool isAbout =
            awaitsSecond ? end.channel == receivingChannelOf(own) : waitsOn(own, end, window);
        const std::optional<std::size_t> holder = isAbout ? holderOfLock(end.channel, worker) : std::nullopt;
        if (!holder || !(awaitsSecond || isDead(*holder)))
            continue;
        sight.awaited = {*holder};
        sight.what = fmt::format("the lock of {}", m_scene.names.at(end.channel));
        return;
    }
    sight.awaited = awaitsSecond ? std::vector<std::size_t>() : awaitedBy(worker, window);
    const auto end =
        std::ranges::find_if(own.ends, [&](const PlannedEnd& each) { return waitsOn(own, each, window); });
    sight.what = fmt::format("{} in {}", window == Window::WaitingToSend ? "room" : "a message",
                             end != own.ends.end() ? m_scene.names.at(end->channel) : std::string());
    const bool awaitsEnd = m_scene.reads == ReadOrder::AfterSender && window == Window::WaitingToReceive &&
                           m_scene.workers[worker]->counters()[Counter::Received] == 0;
    if (awaitsEnd)
        sight.what = "the sender's end before it reads";
}

/// Who keeps it on purpose, or died inside; nobody if that is the waiter itself, or the lock is freed by a
/// death. The channel says at which end that is; where several workers share that end, the one that has taken
/// the lock by order.
std::optional<std::size_t> DeadlockDetector::holderOfLock(unsigned channel, std::size_t waiter) const
{
    const std::optional<LockState> lock = m_scene.channels[channel]->lockState();
    if (!lock || !lock->inside)
        return std::nullopt;
    std::vector<std::size_t> candidates;
    for (std::size_t other = 0; other < m_scene.workers.size(); ++other)
        for (const PlannedEnd& end : m_scene.workers[other]->plan().ends)
            if (other != waiter && end.channel == channel && end.seat.end == *lock->inside)
                candidates.push_back(other);
    if (candidates.size() > 1)
        std::erase_if(candidates, [&](std::size_t other) {
            const LockGrip grip = m_scene.control.orders[other].grip.load();
            return grip != LockGrip::One && grip != LockGrip::AwaitsSecond;
        });
    const bool isFreed = !candidates.empty() && isDead(candidates.front()) && !lock->freedBy.empty();
    return candidates.empty() || isFreed ? std::nullopt : std::optional(candidates.front());
}

std::vector<std::size_t> DeadlockDetector::awaitedBy(std::size_t worker, Window window) const
{
    const PlannedWorker& own = m_scene.workers[worker]->plan();
    std::vector<std::size_t> awaited;
    for (std::size_t other = 0; other < m_scene.workers.size(); ++other)
        for (const PlannedEnd& end : own.ends)
            for (const PlannedEnd& otherEnd : m_scene.workers[other]->plan().ends)
                if (other != worker && waitsOn(own, end, window) && end.channel == otherEnd.channel &&
                    end.seat.end != otherEnd.seat.end && !m_scene.workers[other]->hasEnded())
                    awaited.push_back(other);
    return awaited;
}

/// The largest set of workers of which everyone has waited long enough and can be helped only by others of
/// the set.
std::vector<bool> DeadlockDetector::stuck(Nanoseconds moment) const
{
    std::vector<bool> isStuck(m_sights.size());
    for (std::size_t worker = 0; worker < m_sights.size(); ++worker) {
        const Sight& sight = m_sights[worker];
        isStuck[worker] = isDead(worker) || (sight.idleSince != Nanoseconds::zero() &&
                                             moment - sight.idleSince >= certainAfter);
    }
    for (bool hasChanged = true; hasChanged;) {
        hasChanged = false;
        for (std::size_t worker = 0; worker < m_sights.size(); ++worker) {
            const std::vector<std::size_t>& awaited = m_sights[worker].awaited;
            const bool isHopeless = !awaited.empty() && std::ranges::all_of(awaited, [&](std::size_t other) {
                return isStuck[other];
            });
            if (isStuck[worker] && !isHopeless && !isDead(worker)) {
                isStuck[worker] = false;
                hasChanged = true;
            }
        }
    }
    return isStuck;
}

WaitGraph DeadlockDetector::graphOf(const std::vector<bool>& stuck) const
{
    WaitGraph graph;
    for (std::size_t worker = 0; worker < stuck.size(); ++worker) {
        if (!stuck[worker] || isDead(worker))
            continue;
        const Sight& sight = m_sights[worker];
        const std::string& role = m_scene.workers[worker]->plan().role;
        graph.workers.push_back(role);
        for (const std::size_t awaited : sight.awaited)
            graph.edges.push_back({role, m_scene.workers[awaited]->plan().role, sight.what, isDead(awaited)});
    }
    for (const WaitEdge& edge : graph.edges)
        if (std::ranges::find(graph.workers, edge.awaited) == graph.workers.end())
            graph.workers.push_back(edge.awaited);
    return graph;
}

} // namespace ipclab
