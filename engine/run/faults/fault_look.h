#pragma once

#include "engine/run/faults/fault_outcome.h"

namespace ipclab {

/// A wait that has lasted so long is no coincidence.
inline constexpr Nanoseconds longWait = std::chrono::milliseconds(100);
/// A peer that waits for somebody who has gone, and that was told nothing for so long, never will be.
inline constexpr Nanoseconds longSilence = std::chrono::milliseconds(300);
/// For so long is looked at what comes of a fault; and at a receiver that was slowed.
inline constexpr Nanoseconds watchTime = std::chrono::seconds(1);
inline constexpr Nanoseconds slowWatchTime = std::chrono::milliseconds(500);
/// And where nothing has been seen by then: on a busy machine nobody may have had a core.
inline constexpr Nanoseconds longWatchTime = std::chrono::seconds(4);

/// For texts.
double milliseconds(Nanoseconds time);
/// "waiting for room to send"
std::string_view waitText(Window window);

/// One look at an injection: what is asked about it, and who is meant.
class FaultLook {
public:
    FaultLook(const Injection& injection, const FaultScene& scene)
        : m_injection(injection), m_scene(scene), m_since(now() - injection.effectAt)
    {
    }

    /// What there is to say when nothing else is.
    FaultFinding goesOn() const;
    /// The same, once it is time to say it.
    std::optional<FaultFinding> afterWatching() const;

protected:
    const WorkerProcess& worker(std::size_t index) const { return *m_scene.workers[index]; }
    const std::string& role(const FaultPeer& peer) const { return worker(peer.index).plan().role; }
    const std::string& target() const { return worker(m_injection.target).plan().role; }
    std::string theOthers() const;

    /// The target has died since, and another process goes on in its place.
    bool hasSuccessor() const { return worker(m_injection.target).restarts() > m_injection.restarts; }

    std::uint64_t movedBy(const FaultPeer& peer) const;
    std::uint64_t movedByAll() const;
    /// What it waits for, if it has waited at least so long since the fault, asleep or spinning.
    std::optional<Window> longWaitOf(const FaultPeer& peer, Nanoseconds length) const;
    /// Of the time since.
    double waitedShare(const FaultPeer& peer) const;

    const Injection& m_injection;
    const FaultScene& m_scene;
    Nanoseconds m_since;
};

} // namespace ipclab
