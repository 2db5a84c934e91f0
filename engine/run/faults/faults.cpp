#include "engine/run/faults/faults.h"

#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/base/wording.h"
#include "engine/experiment/worker_plan.h"
#include "engine/measure/control_page.h"
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

std::string doneText(const Fault& fault)
{
    const std::string length = fault.length > Nanoseconds::zero()
                                   ? fmt::format(" for {}", formatDuration(fault.length))
                                   : std::string();
    switch (fault.kind) {
    case FaultKind::Stop:
        return "stopped on purpose (SIGSTOP)" + length;
    case FaultKind::Continue:
        return "told to go on (SIGCONT)";
    case FaultKind::Kill:
        return "killed on purpose (SIGKILL)";
    case FaultKind::Slow:
        return fmt::format("slowed down on purpose: {} of work for each message{}",
                           formatDuration(fault.workPerMessage), length);
    case FaultKind::Close:
        return "told to close its ends of the channels";
    case FaultKind::Leak:
        return "its reading ends are kept open by the supervisor too" + length;
    case FaultKind::Fill:
        return "stopped until the channel is full";
    }
    return {};
}

std::string undoneText(FaultKind kind)
{
    switch (kind) {
    case FaultKind::Slow:
        return "no longer slowed down";
    case FaultKind::Leak:
        return "its leaked reading ends are closed";
    default:
        return "goes on (SIGCONT)";
    }
}

bool isUndoable(FaultKind kind)
{
    return kind == FaultKind::Stop || kind == FaultKind::Slow || kind == FaultKind::Leak ||
           kind == FaultKind::Fill;
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
    active->injection = {.fault = fault, .target = *target, .at = now(), .peers = peersOf(*target, m_scene)};
    active->injection.leakedEnds = leakedEndsOf(*target);
    if (std::optional<std::string> reason = act(*active))
        return refuse(fault, std::move(*reason));
    if (isUndoable(fault.kind) && fault.length > Nanoseconds::zero())
        active->undoAt = active->injection.at + fault.length;
    else if (fault.kind == FaultKind::Fill)
        active->undoAt = active->injection.at + patienceForFilling;
    m_news.push_back(
        {.kind = EventKind::Fault, .worker = worker(*active).plan().role, .text = doneText(fault)});
    m_active.push_back(std::move(active));
}

std::optional<std::size_t> FaultInjector::findTarget(const Fault& fault)
{
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
    if (!target.hasStarted())
        return fmt::format("the {} has not started yet", fault.target);
    if (needsReceiver(fault.kind) && isSource(target.plan().task))
        return fmt::format("the {} sends; only what receives can be meant", fault.target);
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
        orders.extraWork.store(fault.workPerMessage.count(), std::memory_order_release);
        target.process().signal(SIGUSR1);
        break;
    case FaultKind::Close:
        orders.closeEnds.store(1, std::memory_order_release);
        break;
    case FaultKind::Leak:
        return leak(active);
    }
    return std::nullopt;
}

std::optional<std::string> FaultInjector::leak(Active& active)
{
    if (m_scene.traits.peerExit == PeerExit::Unnoticed)
        return "a leak changes nothing here: the kernel tells nobody when the reader of this mechanism goes";
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

void FaultInjector::look(Active& active)
{
    // A signal that comes just before a blocking call is lost: told again until it is done.
    if (active.injection.fault.kind == FaultKind::Close && worker(active).phase() != WorkerPhase::Closed)
        worker(active).process().signal(SIGUSR1);
    if (std::optional<FaultFinding> finding = findingOf(active.injection, m_scene))
        decide(active, std::move(*finding));
}

void FaultInjector::decide(Active& active, FaultFinding finding)
{
    active.isDecided = true;
    if (active.injection.fault.kind == FaultKind::Fill)
        active.undoAt = now();
    m_news.push_back(
        {.kind = EventKind::Outcome, .worker = worker(active).plan().role, .text = finding.sentence});
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
    worker(active).process().signal(SIGUSR1);
    if (kind == FaultKind::Leak || !worker(active).hasEnded())
        m_news.push_back(
            {.kind = EventKind::Fault, .worker = worker(active).plan().role, .text = undoneText(kind)});
}

std::vector<LoggedEvent> FaultInjector::undoAll()
{
    m_pending.clear();
    for (const std::unique_ptr<Active>& active : m_active)
        undo(*active);
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
