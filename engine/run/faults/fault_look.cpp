#include "engine/run/faults/fault_look.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ipclab {

namespace {

bool isWaiting(Window window)
{
    return window == Window::WaitingToSend || window == Window::WaitingToReceive;
}

} // namespace

double milliseconds(Nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

std::string_view waitText(Window window)
{
    return window == Window::WaitingToSend ? "waiting for room to send" : "waiting for a message";
}

FaultFinding FaultLook::goesOn() const
{
    const std::uint64_t moved = movedByAll();
    if (moved == 0)
        return {FaultOutcome::Unseen,
                fmt::format("Nothing was seen of those who share a channel with the {} within {:.0f} ms.",
                            target(), milliseconds(m_since))};
    return {FaultOutcome::PeerGoesOn, fmt::format("{} is not held up: {} messages in the {:.0f} ms since.",
                                                  theOthers(), moved, milliseconds(m_since))};
}

std::optional<FaultFinding> FaultLook::afterWatching() const
{
    const Nanoseconds enough = movedByAll() > 0 ? watchTime : longWatchTime;
    return m_since < enough ? std::nullopt : std::optional(goesOn());
}

std::string FaultLook::theOthers() const
{
    return m_injection.peers.size() == 1 ? fmt::format("The {}", role(m_injection.peers.front()))
                                         : std::string("Whoever shares a channel with it");
}

std::uint64_t FaultLook::movedBy(const FaultPeer& peer) const
{
    const CounterValues moved = worker(peer.index).counters().since(peer.counters);
    return moved[Counter::Sent] + moved[Counter::Received];
}

std::uint64_t FaultLook::movedByAll() const
{
    std::uint64_t moved = 0;
    for (const FaultPeer& peer : m_injection.peers)
        moved += movedBy(peer);
    return moved;
}

std::optional<Window> FaultLook::longWaitOf(const FaultPeer& peer, Nanoseconds length) const
{
    const WorkerProcess& process = worker(peer.index);
    const WindowTimes windows = process.windows();
    if (process.hasEnded() || !isWaiting(windows.open) ||
        now() - std::max(windows.since, m_injection.at) < length)
        return std::nullopt;
    const bool isIdle = process.kernelState() == 'S' || m_scene.wait == Wait::Spin;
    return isIdle ? std::optional(windows.open) : std::nullopt;
}

double FaultLook::waitedShare(const FaultPeer& peer) const
{
    const WindowTimes later = worker(peer.index).windows().until(now());
    const WindowTimes earlier = peer.windows.until(m_injection.effectAt);
    Nanoseconds waited{};
    for (const Window window : std::array{Window::WaitingToSend, Window::WaitingToReceive}) {
        const auto index = static_cast<std::size_t>(window);
        waited += later.time[index] - earlier.time[index];
    }
    return static_cast<double>(waited.count()) / static_cast<double>(m_since.count());
}

} // namespace ipclab
