#pragma once

#include "engine/mechanisms/traits.h"
#include "engine/run/faults/fault_record.h"
#include "engine/run/worker_process.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ipclab {

struct ControlPage;

/// What faults act on. All of it outlives who is given it.
struct FaultScene {
    std::span<const std::unique_ptr<WorkerProcess>> workers;
    std::span<const std::unique_ptr<Channel>> channels;
    ControlPage& control;
    const Traits& traits;
    Wait wait = Wait::Block;
};

/// A worker that shares a channel with the target, and how it was when the fault took effect; `errors` are
/// those of its system calls by errno.
struct FaultPeer {
    std::size_t index = 0;
    CounterValues counters = {};
    WindowTimes windows = {};
    std::map<int, std::uint64_t> errors = {};
};

/// A fault that was done.
struct Injection {
    Fault fault;
    std::size_t target = 0; ///< means nothing where the fault has none
    Nanoseconds at{};       ///< on the clock
    Nanoseconds effectAt{}; ///< later where the target had to get the lock first
    std::vector<FaultPeer> peers = {};
    /// Of the target, that others hold open, as the kernel names them.
    std::vector<std::string> leakedEnds = {};
    RaceCounts races = {}; ///< that had been seen by then
    /// Likewise, when everybody had noticed that the lock was restored.
    std::optional<RaceCounts> settled = {};
    unsigned restarts = 0;       ///< of the target, by then
    std::uint32_t takeovers = 0; ///< of the lock, by then
};

/// What came of a fault, in a word and in a sentence for the log.
struct FaultFinding {
    FaultOutcome outcome;
    std::string sentence;
};

/// How things stand when the fault is done, which is now. Peers are the workers at the other ends of the
/// target's channels, or everybody where it has no target.
Injection injectionOf(const Fault& fault, std::size_t target, const FaultScene& scene);

/// It takes effect now, and not when it was ordered.
void noteEffect(Injection& injection, const FaultScene& scene);

/// What came of it as far as it can be seen by now; nothing while it cannot.
std::optional<FaultFinding> findingOf(const Injection& injection, const FaultScene& scene);

/// What there is to say when nobody will look any more.
FaultFinding lastFindingOf(const Injection& injection, const FaultScene& scene);

} // namespace ipclab
