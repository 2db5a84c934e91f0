#include "engine/run/start_order.h"
#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/run/processes/wait_place.h"
#include "engine/run/supervisor.h"

#include <fmt/format.h>

#include <cerrno>

// Where messages outlive the processes, the sender may go first: the receiver is started when the sender has
// exited. Or one of the two is early and looks for its peer, which is started a moment later.

namespace ipclab {

using namespace std::chrono_literals;

namespace {

std::string_view meaningOfRefusal(int error)
{
    switch (error) {
    case ENXIO:
        return "nobody had it open for reading yet";
    case ENOENT:
        return "the name was not there yet";
    case ECONNREFUSED:
        return "nobody listened there yet";
    default:
        return "its peer was not ready";
    }
}

/// How long the late one is held back, at most, for an early one that a busy machine has not let start yet.
constexpr Nanoseconds longestDelay = 1s;
constexpr Nanoseconds lookAgain = 10ms;

/// What somebody does whose peer has not come yet, in words that follow "it". Empty while it is on its way.
std::string doingAlone(const WorkerProcess& worker)
{
    if (worker.phase() != WorkerPhase::Starting)
        return "has its end already, which waits for nobody";
    if (const std::string refusals = refusalsOf(worker); !refusals.empty())
        return refusals + ", and goes on trying";
    const WaitPlace place = readWaitPlace(worker.process().pid());
    const std::string_view sentence = explainWait(place);
    if (sentence.empty())
        return {};
    return fmt::format("sleeps{}, {}", place.call.empty() ? "" : " in the system call " + place.call,
                       sentence);
}

/// How many messages of the experiment go in before the channel is full.
std::uint64_t roomIn(const Capacity& capacity, std::uint64_t messageSize)
{
    if (capacity.unit == CapacityUnit::Messages)
        return capacity.amount;
    return capacity.amount / (messageSize + capacity.overheadPerMessage);
}

} // namespace

std::string refusalsOf(const WorkerProcess& worker)
{
    std::string text;
    for (const auto& [error, count] : worker.errors())
        text += fmt::format("{} {} times with {} because {}", text.empty() ? "was refused" : " and", count,
                            errorName(error), meaningOfRefusal(error));
    return text;
}

bool Supervisor::isHeldBack(const PlannedWorker& planned) const
{
    return m_result.experiment.start == StartOrder::SenderFirst && !isSource(planned.task);
}

bool Supervisor::isLate(std::size_t index) const
{
    const StartOrder order = m_result.experiment.start;
    return order == (index == 0 ? StartOrder::ReceiverEarly : StartOrder::SenderEarly);
}

/// Who is early has the gap on top.
Nanoseconds Supervisor::timeToJoin() const
{
    constexpr Nanoseconds ofAll = std::chrono::seconds(10);
    const StartOrder order = m_result.experiment.start;
    const bool isOneEarly = order == StartOrder::SenderEarly || order == StartOrder::ReceiverEarly;
    return isOneEarly ? ofAll + m_result.experiment.startGap : ofAll;
}

void Supervisor::leaveAlone(Nanoseconds time)
{
    m_aloneFor += time;
    m_following.setFor(now() + time);
}

/// Tells what the early one is at before its peer comes.
void Supervisor::startTheLate()
{
    m_following.acknowledge();
    if (m_stage != Stage::Starting)
        return;
    const std::size_t early = isLate(0) ? 1 : 0;
    std::string doing = doingAlone(*m_workers[early]);
    if (doing.empty() && m_aloneFor < m_result.experiment.startGap + longestDelay)
        return leaveAlone(lookAgain);
    if (doing.empty())
        doing = "has not come to look for its peer";
    log(EventKind::Connected, m_workers[early]->plan().role,
        fmt::format("alone for {}, it {}", formatDuration(m_aloneFor), doing));
    startWorker(1 - early);
    allHaveStarted();
}

/// Where a successor may have to inherit an end, the supervisor keeps its own.
void Supervisor::allHaveStarted()
{
    if (mayRestart())
        return;
    for (const std::unique_ptr<Channel>& channel : m_channels)
        channel->workersStarted();
}

void Supervisor::requireRoomForAll() const
{
    const Experiment& experiment = m_result.experiment;
    const std::optional<Capacity> capacity = m_channels.front()->capacity();
    if (experiment.start != StartOrder::SenderFirst || !capacity)
        return;
    const std::uint64_t room = roomIn(*capacity, messageSizes(experiment).largest);
    if (experiment.messages <= room)
        return;
    throw FailureError(
        {.tried = "let the sender go first",
         .reason = fmt::format(
             "nobody takes a message out before it has exited, and of {} messages the channel holds {}",
             experiment.messages, room),
         .hint = fmt::format("Ask for at most {} messages, or for a larger channel", room)});
}

/// Does nothing where nobody waits for it, or before its time.
void Supervisor::startTheHeldBack()
{
    if (m_result.experiment.start != StartOrder::SenderFirst || m_stage == Stage::Starting ||
        m_stage == Stage::Leaving)
        return;
    std::vector<std::size_t> heldBack;
    for (std::size_t index = 0; index < m_workers.size(); ++index) {
        const WorkerProcess& worker = *m_workers[index];
        if (isHeldBack(worker.plan()) && !worker.hasStarted())
            heldBack.push_back(index);
        else if (!worker.hasEnded())
            return; // it may still send
    }
    if (heldBack.empty())
        return;
    log(EventKind::Closed, {}, waitingText());
    for (std::size_t index = 0; index < m_workers.size(); ++index)
        if (m_workers[index]->hasEnded())
            noteGone(index); // who finds the channel empty is done
    for (const std::size_t index : heldBack)
        startWorker(index);
    allHaveStarted();
}

std::string Supervisor::waitingText() const
{
    std::uint64_t sent = 0;
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers)
        sent += worker->counters()[Counter::Sent];
    const std::string kind = m_result.objects.empty() ? "channel" : m_result.objects.front().kind;
    const std::optional<std::uint64_t> fill = m_channels.front()->kernelFill();
    if (!fill)
        return fmt::format("{} messages wait in the {}", sent, kind);
    const bool inBytes = m_result.capacity && m_result.capacity->unit == CapacityUnit::Bytes;
    return fmt::format("{} messages wait in the {}; the kernel counts {}", sent, kind,
                       inBytes ? formatSize(*fill) : fmt::format("{}", *fill));
}

} // namespace ipclab
