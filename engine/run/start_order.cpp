#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/run/supervisor.h"

#include <fmt/format.h>

// Where messages outlive the processes, the sender may go first: the receiver is started when the sender has
// exited.

namespace ipclab {

namespace {

/// How many messages of the experiment go in before the channel is full.
std::uint64_t roomIn(const Capacity& capacity, std::uint64_t messageSize)
{
    if (capacity.unit == CapacityUnit::Messages)
        return capacity.amount;
    return capacity.amount / (messageSize + capacity.overheadPerMessage);
}

} // namespace

bool Supervisor::isHeldBack(const PlannedWorker& planned) const
{
    return m_result.experiment.start == StartOrder::SenderFirst && !isSource(planned.task);
}

void Supervisor::requireRoomForAll() const
{
    const Experiment& experiment = m_result.experiment;
    const std::optional<Capacity> capacity = m_channels.front()->capacity();
    if (experiment.start == StartOrder::Together || !capacity)
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
    if (m_result.experiment.start == StartOrder::Together || m_stage == Stage::Starting ||
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
    for (const std::unique_ptr<Channel>& channel : m_channels)
        channel->workersStarted();
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
