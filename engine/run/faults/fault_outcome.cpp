#include "engine/run/faults/fault_outcome.h"

#include "engine/base/failure.h"
#include "engine/measure/control_page.h"
#include "engine/run/faults/fault_look.h"
#include "engine/run/faults/lock_outcome.h"
#include "engine/run/processes/descriptor_holders.h"

#include <fmt/format.h>

#include <cerrno>

namespace ipclab {

namespace {

bool meet(const PlannedWorker& one, const PlannedWorker& other)
{
    for (const PlannedEnd& end : one.ends)
        for (const PlannedEnd& otherEnd : other.ends)
            if (end.channel == otherEnd.channel && end.seat.end != otherEnd.seat.end)
                return true;
    return false;
}

/// What comes of faults that are done to processes and to their ends.
class ProcessLook final : public FaultLook {
public:
    using FaultLook::FaultLook;

    std::optional<FaultFinding> finding() const
    {
        switch (m_injection.fault.kind) {
        case FaultKind::Stop:
            return ofStop();
        case FaultKind::Continue:
            return ofContinue();
        case FaultKind::Kill:
        case FaultKind::Close:
            return ofLoss();
        case FaultKind::Slow:
            return ofSlow();
        case FaultKind::Leak:
            return ofLeak();
        case FaultKind::Fill:
            return ofFill();
        default:
            return lockFindingOf(m_injection, m_scene);
        }
    }

private:
    std::optional<FaultFinding> ofStop() const
    {
        if (worker(m_injection.target).kernelState() != 'T')
            return afterWatching();
        for (const FaultPeer& peer : m_injection.peers)
            if (const std::optional<Window> wait = longWaitOf(peer, longWait))
                return FaultFinding{FaultOutcome::PeerBlocks,
                                    fmt::format("The {} is stopped (state T), not gone: the {} blocks, {}.",
                                                target(), role(peer), waitText(*wait))};
        return afterWatching();
    }

    std::optional<FaultFinding> ofContinue() const
    {
        for (const FaultPeer& peer : m_injection.peers)
            if (movedBy(peer) > 0)
                return FaultFinding{FaultOutcome::PeerGoesOn,
                                    fmt::format("The {} goes on, and the {} with it after {:.1f} ms.",
                                                target(), role(peer), milliseconds(m_since))};
        return afterWatching();
    }

    /// The target has gone, or its ends have.
    std::optional<FaultFinding> ofLoss() const
    {
        if (hasSuccessor())
            return FaultFinding{
                FaultOutcome::Restarted,
                fmt::format("{}, and another process has taken its place; nobody was told.", goneText())};
        if (worker(m_injection.target).isToBeStartedAnew())
            return std::nullopt;
        if (!isGone())
            return afterWatching();
        for (const FaultPeer& peer : m_injection.peers) {
            if (const std::optional<FaultFinding> told = toldTo(peer))
                return told;
            if (const std::optional<Window> wait = longWaitOf(peer, longSilence); wait && !isSaid())
                return FaultFinding{FaultOutcome::PeerBlocksForEver, foreverSentence(peer, *wait)};
        }
        if (isSaid() && m_since < longWatchTime)
            return std::nullopt; // they have been told, and will hear it when they get a core
        return afterWatching();
    }

    std::optional<FaultFinding> toldTo(const FaultPeer& peer) const
    {
        for (const auto& [error, count] : worker(peer.index).errors())
            if (saysThatAPeerHasGone(error) && count > countBefore(peer, error))
                return FaultFinding{FaultOutcome::PeerTold,
                                    fmt::format("{}: the kernel told the {} by {} ({}).", goneText(),
                                                role(peer), errorName(error), errorMeaning(error))};
        if (!worker(peer.index).hasEnded() || !worker(peer.index).hasFinished())
            return std::nullopt;
        if (wasToldBySupervisor(peer))
            return FaultFinding{
                FaultOutcome::PeerToldBySupervisor,
                fmt::format(
                    "{}: this mechanism's kernel objects tell nobody, and the {} would have waited for "
                    "ever; the supervisor told it.",
                    goneText(), role(peer))};
        return FaultFinding{FaultOutcome::PeerTold, fmt::format("{}: the kernel told the {} by end of file.",
                                                                goneText(), role(peer))};
    }

    static bool saysThatAPeerHasGone(int error)
    {
        return error == EPIPE || error == ECONNRESET || error == ECONNREFUSED || error == ENOTCONN;
    }

    /// Who meets its peer by name may have been refused before, as often as it had to look for it.
    static std::uint64_t countBefore(const FaultPeer& peer, int error)
    {
        const auto found = peer.errors.find(error);
        return found == peer.errors.end() ? 0 : found->second;
    }

    std::optional<FaultFinding> ofSlow() const
    {
        if (m_since < slowWatchTime)
            return std::nullopt;
        for (const FaultPeer& peer : m_injection.peers) {
            const double share = waitedShare(peer);
            if (share > 0.5)
                return FaultFinding{
                    FaultOutcome::PeerBlocks,
                    fmt::format("The {} is slow: the {} has waited for {:.0f} % of the time since.", target(),
                                role(peer), 100 * share)};
        }
        return afterWatching(); // first the channel fills
    }

    std::optional<FaultFinding> ofLeak() const
    {
        return FaultFinding{FaultOutcome::Done, fmt::format("A reading end of the {} has leaked. {}",
                                                            target(), holdersSentence())};
    }

    std::optional<FaultFinding> ofFill() const
    {
        for (const FaultPeer& peer : m_injection.peers)
            if (longWaitOf(peer, longWait) == Window::WaitingToSend)
                return FaultFinding{FaultOutcome::PeerBlocks,
                                    fmt::format("The channel is full: {} messages later the {} blocks, {}.",
                                                movedBy(peer), role(peer), waitText(Window::WaitingToSend))};
        return std::nullopt;
    }

    bool isGone() const
    {
        const WorkerProcess& lost = worker(m_injection.target);
        return lost.hasEnded() || lost.phase() == WorkerPhase::Closed;
    }

    std::string goneText() const
    {
        return fmt::format("The {} {}", target(),
                           m_injection.fault.kind == FaultKind::Close ? "closed its end" : "exited");
    }

    /// The supervisor says that the target has gone.
    bool isSaid() const { return (m_scene.control.goneWorkers.load() >> m_injection.target & 1U) != 0; }

    /// It says so once the end is noticed: who ended before that knew it otherwise.
    bool wasToldBySupervisor(const FaultPeer& peer) const
    {
        const WorkerProcess& lost = worker(m_injection.target);
        return isSaid() && lost.hasEnded() && lost.endedAt() <= worker(peer.index).endedAt();
    }

    std::string foreverSentence(const FaultPeer& peer, Window wait) const
    {
        const std::string waits = fmt::format("the {} blocks for ever, {}", role(peer), waitText(wait));
        if (m_injection.leakedEnds.empty())
            return fmt::format("{}, and the kernel tells nobody: {}.", goneText(), waits);
        return fmt::format("{}, but a reading end leaked: {}. {}", goneText(), waits, holdersSentence());
    }

    std::string holdersSentence() const
    {
        std::string text;
        for (const std::string& end : m_injection.leakedEnds)
            for (const ForeignDescriptor& holder : holdersOfReadingEnd(end))
                text +=
                    fmt::format("{}process {} ({}) holds {} as its descriptor {}", text.empty() ? "" : ", ",
                                holder.pid, programOf(holder.pid), end, holder.number);
        return text.empty() ? "Nobody holds it any more." : "Now " + text + ".";
    }
};

FaultPeer peerNow(std::size_t index, const FaultScene& scene)
{
    const WorkerProcess& worker = *scene.workers[index];
    return {index, worker.counters(), worker.windows(), worker.errors()};
}

} // namespace

Injection injectionOf(const Fault& fault, std::size_t target, const FaultScene& scene)
{
    const bool isOfAll = !infoOf(fault.kind).hasTarget;
    Injection injection{.fault = fault, .target = target, .at = now()};
    injection.effectAt = injection.at;
    for (std::size_t index = 0; index < scene.workers.size(); ++index)
        if (isOfAll || (index != target && meet(scene.workers[target]->plan(), scene.workers[index]->plan())))
            injection.peers.push_back(peerNow(index, scene));
    injection.races = racesSoFar(scene);
    injection.restarts = scene.workers[target]->restarts();
    if (const std::optional<LockState> lock = firstLockOf(target, scene))
        injection.takeovers = lock->takeovers;
    return injection;
}

void noteEffect(Injection& injection, const FaultScene& scene)
{
    injection.effectAt = now();
    for (FaultPeer& peer : injection.peers)
        peer = peerNow(peer.index, scene);
}

std::optional<FaultFinding> findingOf(const Injection& injection, const FaultScene& scene)
{
    return ProcessLook(injection, scene).finding();
}

FaultFinding lastFindingOf(const Injection& injection, const FaultScene& scene)
{
    const ProcessLook look(injection, scene);
    return look.finding().value_or(look.goesOn());
}

std::string_view identifier(FaultOutcome outcome)
{
    switch (outcome) {
    case FaultOutcome::Refused:
        return "refused";
    case FaultOutcome::Done:
        return "done";
    case FaultOutcome::PeerTold:
        return "peer_told";
    case FaultOutcome::PeerToldBySupervisor:
        return "peer_told_by_supervisor";
    case FaultOutcome::PeerBlocks:
        return "peer_blocks";
    case FaultOutcome::PeerBlocksForEver:
        return "peer_blocks_for_ever";
    case FaultOutcome::PeerGoesOn:
        return "peer_goes_on";
    case FaultOutcome::Restarted:
        return "restarted";
    case FaultOutcome::LockFreed:
        return "lock_freed";
    case FaultOutcome::DataDamaged:
        return "data_damaged";
    case FaultOutcome::Unseen:
        return "unseen";
    }
    return {};
}

} // namespace ipclab
