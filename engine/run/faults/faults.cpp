#include "engine/run/faults/faults.h"

#include "engine/base/failure.h"
#include "engine/base/wording.h"
#include "engine/experiment/worker_plan.h"
#include "engine/measure/control_page.h"
#include "engine/run/faults/fault_text.h"
#include "engine/run/faults/lock_outcome.h"
#include "engine/run/processes/descriptor_holders.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace ipclab {

namespace {

/// How often is looked what came of a fault.
constexpr Nanoseconds lookEvery = std::chrono::milliseconds(10);
/// A channel that is not full by then will not be.
constexpr Nanoseconds patienceForFilling = std::chrono::seconds(2);
/// By then both sides go by a lock that was switched.
constexpr Nanoseconds timeToSettle = std::chrono::milliseconds(100);

bool isUndoable(FaultKind kind)
{
    return kind == FaultKind::Stop || kind == FaultKind::Slow || kind == FaultKind::Leak ||
           kind == FaultKind::Fill || kind == FaultKind::HoldLock || kind == FaultKind::LockBoth ||
           kind == FaultKind::RemoveLock;
}

bool needsReceiver(FaultKind kind)
{
    return kind == FaultKind::Slow || kind == FaultKind::Leak || kind == FaultKind::Fill;
}

} // namespace

FaultInjector::FaultInjector(FaultScene scene, Nanoseconds startAt) : m_scene(scene), m_startAt(startAt) {}

void FaultInjector::add(Fault fault)
{
    const auto place = std::ranges::upper_bound(m_pending, fault.at, std::greater(), &Fault::at);
    m_pending.insert(place, std::move(fault));
    setTimer();
}

std::vector<LoggedEvent> FaultInjector::step()
{
    m_timer.acknowledge();
    while (!m_pending.empty() && m_startAt + m_pending.back().at <= now()) {
        const Fault due = std::move(m_pending.back());
        m_pending.pop_back();
        begin(due);
    }
    for (const std::unique_ptr<Active>& active : m_active) {
        if (!active->isDecided)
            look(*active);
        undoIfDue(*active);
    }
    setTimer();
    return std::exchange(m_news, {});
}

void FaultInjector::begin(const Fault& fault)
{
    const std::optional<std::size_t> target = findTarget(fault);
    if (!target)
        return;
    auto active = std::make_unique<Active>();
    active->injection = injectionOf(fault, *target, m_scene);
    active->injection.leakedEnds = leakedEndsOf(*target);
    if (std::optional<std::string> reason = act(*active))
        return refuse(fault, std::move(*reason));
    if (isUndoable(fault.kind) && fault.length > Nanoseconds::zero())
        active->undoAt = active->injection.at + fault.length;
    else if (fault.kind == FaultKind::Fill)
        active->undoAt = active->injection.at + patienceForFilling;
    m_news.push_back({.kind = EventKind::Fault, .worker = roleOf(*active), .text = doneText(fault)});
    m_active.push_back(std::move(active));
    if (fault.kind == FaultKind::Slow)
        orderWork(*target);
}

std::optional<std::size_t> FaultInjector::findTarget(const Fault& fault)
{
    if (!infoOf(fault.kind).hasTarget)
        return 0; // not looked at
    std::vector<std::string> roles;
    for (std::size_t index = 0; index < m_scene.workers.size(); ++index) {
        const WorkerProcess& candidate = *m_scene.workers[index];
        roles.push_back(candidate.plan().role);
        if (candidate.plan().role != fault.target)
            continue;
        if (!candidate.hasEnded())
            return index;
        refuse(fault, fmt::format("the {} has ended already ({})", fault.target, candidate.exitText()));
        return std::nullopt;
    }
    refuse(fault, fmt::format("there is no {} in this run, only {}", quoted(fault.target),
                              enumerated(roles, "and")));
    return std::nullopt;
}

/// Why it cannot be done.
std::optional<std::string> FaultInjector::act(Active& active)
{
    const Fault& fault = active.injection.fault;
    WorkerProcess& target = worker(active);
    WorkerOrders& orders = m_scene.control.orders[active.injection.target];
    if (!target.hasStarted() && infoOf(fault.kind).hasTarget)
        return fmt::format("the {} has not started yet", fault.target);
    if (needsReceiver(fault.kind) && isSource(target.plan().task))
        return fmt::format("the {} sends; only what receives can be meant", fault.target);
    if (const std::string_view obstacle = obstacleTo(fault.kind, m_scene.traits); !obstacle.empty())
        return std::string(obstacle);
    switch (fault.kind) {
    case FaultKind::Stop:
    case FaultKind::Fill:
        target.process().signal(SIGSTOP);
        break;
    case FaultKind::Continue:
        target.process().signal(SIGCONT);
        break;
    case FaultKind::Kill:
        target.process().signal(SIGKILL);
        break;
    case FaultKind::Slow:
        break; // together with the others that make it slow
    case FaultKind::Close:
        orders.closeEnds.store(1, std::memory_order_release);
        break;
    case FaultKind::Leak:
        return leak(active);
    case FaultKind::HoldLock:
    case FaultKind::KillInLock:
        return orderLock(active, LockOrder::Hold);
    case FaultKind::LockBoth:
        return orderLock(active, LockOrder::TakeBoth);
    case FaultKind::RemoveLock:
        return setLocking(Locking::Off);
    case FaultKind::RestoreLock:
        return setLocking(Locking::On);
    }
    return std::nullopt;
}

std::optional<std::string> FaultInjector::orderLock(const Active& active, LockOrder order)
{
    const PlannedWorker& target = worker(active).plan();
    const std::optional<LockState> lock = firstLockOf(active.injection.target, m_scene);
    if (!lock.value().isOn)
        return "nobody takes the lock now; restore it first";
    if (order == LockOrder::TakeBoth && target.ends.size() < 2)
        return fmt::format(
            "the {} has one channel and so one lock; in a round trip or full duplex it has two", target.role);
    WorkerOrders& orders = ordersFor(active);
    if (orders.locks.load(std::memory_order_acquire) != LockOrder::None)
        return "it has been told to take the lock already";
    orders.locks.store(order, std::memory_order_release);
    worker(active).process().signal(SIGUSR1);
    return std::nullopt;
}

std::optional<std::string> FaultInjector::setLocking(Locking locking)
{
    if (m_scene.channels.front()->locking() == locking)
        return locking == Locking::On ? "everybody takes it already" : "nobody takes it as it is";
    for (const std::unique_ptr<Channel>& channel : m_scene.channels)
        channel->setLocking(locking);
    return std::nullopt;
}

std::optional<std::string> FaultInjector::leak(Active& active)
{
    const ChildProcess& process = worker(active).process();
    try {
        for (const ForeignDescriptor& end : readableEnds(process.pid(), WorkerPlan::FirstOfChannels)) {
            active.leaked.push_back(borrow(process.pidDescriptor(), end));
            active.injection.leakedEnds.push_back(end.object);
        }
    } catch (const std::system_error& error) {
        return explain(error, "keep its reading end open").sentence();
    }
    if (active.leaked.empty())
        return "it has no pipe, FIFO or socket open for reading";
    return std::nullopt;
}

/// What cannot be done at once.
void FaultInjector::carryOut(Active& active)
{
    const FaultKind kind = active.injection.fault.kind;
    const bool takesLock =
        kind == FaultKind::HoldLock || kind == FaultKind::KillInLock || kind == FaultKind::LockBoth;
    const LockGrip grip = ordersFor(active).grip.load(std::memory_order_acquire);
    // A signal that comes just before a blocking call is lost: told again until it is done.
    if ((kind == FaultKind::Close && worker(active).phase() != WorkerPhase::Closed) ||
        (takesLock && grip == LockGrip::None))
        worker(active).process().signal(SIGUSR1);
    if (kind == FaultKind::KillInLock && grip == LockGrip::One)
        worker(active).process().signal(SIGKILL);
    const bool hasLock = kind == FaultKind::HoldLock && grip == LockGrip::One;
    const bool hasDied = kind == FaultKind::KillInLock && worker(active).hasEnded();
    if ((hasLock || hasDied) && active.injection.effectAt == active.injection.at)
        noteEffect(active.injection, m_scene);
    if (kind == FaultKind::RestoreLock && !active.injection.settled &&
        now() - active.injection.at >= timeToSettle)
        active.injection.settled = racesSoFar(m_scene);
}

void FaultInjector::look(Active& active)
{
    carryOut(active);
    if (std::optional<FaultFinding> finding = findingOf(active.injection, m_scene))
        decide(active, std::move(*finding));
}

void FaultInjector::decide(Active& active, FaultFinding finding)
{
    active.isDecided = true;
    active.outcome = finding.outcome;
    if (active.injection.fault.kind == FaultKind::Fill)
        active.undoAt = now();
    m_news.push_back({.kind = EventKind::Outcome, .worker = roleOf(active), .text = finding.sentence});
    m_records.push_back({.fault = active.injection.fault,
                         .at = active.injection.at - m_startAt,
                         .outcome = finding.outcome,
                         .sentence = std::move(finding.sentence)});
}

/// What the slowest of its faults says.
void FaultInjector::orderWork(std::size_t target)
{
    Nanoseconds work{};
    for (const std::unique_ptr<Active>& active : m_active)
        if (active->injection.target == target && !active->isUndone)
            work = std::max(work, active->injection.fault.workPerMessage);
    m_scene.control.orders[target].extraWork.store(work.count(), std::memory_order_release);
    m_scene.workers[target]->process().signal(SIGUSR1);
}

void FaultInjector::undoIfDue(Active& active)
{
    if (active.undoAt && now() >= *active.undoAt)
        undo(active);
}

void FaultInjector::undo(Active& active)
{
    const FaultKind kind = active.injection.fault.kind;
    if (active.isUndone || !isUndoable(kind))
        return;
    if (!active.isDecided)
        decide(active, lastFindingOf(active.injection, m_scene));
    active.undoAt.reset();
    active.isUndone = true;
    active.leaked.clear();
    if (kind == FaultKind::Slow)
        orderWork(active.injection.target);
    if (kind == FaultKind::Stop || kind == FaultKind::Fill)
        worker(active).process().signal(SIGCONT);
    if (kind == FaultKind::HoldLock || kind == FaultKind::LockBoth)
        ordersFor(active).locks.store(LockOrder::None, std::memory_order_release);
    if (kind == FaultKind::RemoveLock && setLocking(Locking::On))
        return; // somebody else has restored it
    worker(active).process().signal(SIGUSR1);
    if (kind == FaultKind::Leak || kind == FaultKind::RemoveLock || !worker(active).hasEnded())
        m_news.push_back({.kind = EventKind::Fault, .worker = roleOf(active), .text = undoneText(kind)});
}

std::vector<LoggedEvent> FaultInjector::undoAll()
{
    m_pending.clear();
    for (const std::unique_ptr<Active>& active : m_active) {
        const FaultKind kind = active->injection.fault.kind;
        if (kind == FaultKind::KillInLock)
            ordersFor(*active).locks.store(LockOrder::None, std::memory_order_release);
        else if (kind != FaultKind::RemoveLock) // that holds nobody up
            undo(*active);
    }
    setTimer();
    return std::exchange(m_news, {});
}

std::vector<LoggedEvent> FaultInjector::lastWords()
{
    for (const std::unique_ptr<Active>& active : m_active)
        if (!active->isDecided)
            decide(*active, lastFindingOf(active->injection, m_scene));
    std::ranges::stable_sort(m_records, {}, &FaultRecord::at);
    return std::exchange(m_news, {});
}

void FaultInjector::refuse(const Fault& fault, std::string sentence)
{
    sentence = fmt::format("The fault \"{}\" could not be done: {}", toText(fault), sentence);
    if (!sentence.ends_with('.'))
        sentence += '.';
    m_news.push_back({.kind = EventKind::Warning, .worker = {}, .text = sentence});
    m_records.push_back({fault, now() - m_startAt, FaultOutcome::Refused, std::move(sentence)});
}

std::vector<std::string> FaultInjector::leakedEndsOf(std::size_t target) const
{
    std::vector<std::string> ends;
    for (const std::unique_ptr<Active>& active : m_active)
        if (active->injection.target == target && !active->leaked.empty())
            ends.insert(ends.end(), active->injection.leakedEnds.begin(), active->injection.leakedEnds.end());
    return ends;
}

bool FaultInjector::hasLeaks() const
{
    return std::ranges::any_of(m_active, [](const auto& active) { return !active->leaked.empty(); });
}

bool FaultInjector::hasClosedEnds() const
{
    return std::ranges::any_of(
        m_active, [](const auto& active) { return active->injection.fault.kind == FaultKind::Close; });
}

bool FaultInjector::keepsQuietAbout(std::size_t worker) const
{
    return std::ranges::any_of(m_active, [&](const auto& active) {
        return active->injection.fault.kind == FaultKind::KillInLock && active->injection.target == worker &&
               (!active->isDecided || active->outcome == FaultOutcome::PeerBlocksForEver);
    });
}

std::string FaultInjector::roleOf(const Active& active) const
{
    return active.injection.fault.target;
}

void FaultInjector::setTimer()
{
    Nanoseconds next = Nanoseconds::max();
    if (!m_pending.empty())
        next = m_startAt + m_pending.back().at;
    for (const std::unique_ptr<Active>& active : m_active) {
        if (!active->isDecided)
            next = std::min(next, now() + lookEvery);
        if (active->undoAt)
            next = std::min(next, *active->undoAt);
    }
    if (next == Nanoseconds::max())
        m_timer.silence();
    else
        m_timer.setFor(next);
}

} // namespace ipclab
