#pragma once

#include "engine/base/clock.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ipclab {

struct Traits;

enum class FaultKind {
    Stop,        ///< SIGSTOP; SIGCONT after `length`
    Continue,    ///< SIGCONT
    Kill,        ///< SIGKILL
    Slow,        ///< extra work for each message that the target receives
    Close,       ///< the target closes its ends of the channels and lives on
    Leak,        ///< another process keeps the target's reading ends open
    Fill,        ///< the target is stopped until its senders wait for room, at most for `length`
    HoldLock,    ///< the target takes its channel's lock and keeps it
    KillInLock,  ///< SIGKILL while the target holds its channel's lock
    LockBoth,    ///< the target takes the lock of the channel it sends into, then that of the one it receives
                 ///< from
    RemoveLock,  ///< nobody takes the lock any more; they do again after `length`. Without a target
    RestoreLock, ///< everybody takes the lock from now on. Without a target
};

/// Something that is done to a worker on purpose. A value.
struct Fault {
    FaultKind kind = FaultKind::Stop;
    std::string target;      ///< a worker's role: "receiver", "sender 2"; empty where the channel is meant
    Nanoseconds at = {};     ///< since the load began, warm-up included
    Nanoseconds length = {}; ///< after which it is undone; 0 = not before the run ends
    Nanoseconds workPerMessage = {}; ///< of Slow
    bool operator==(const Fault&) const = default;
};

/// What one kind is called, and which of a fault's parts mean something to it.
struct FaultKindInfo {
    FaultKind kind;
    std::string_view id;    ///< in experiment files and on the command line: "stop"
    std::string_view title; ///< in a menu: "Pause"
    std::string_view help;  ///< one sentence
    bool hasLength;
    bool hasWork;
    bool hasTarget = true; ///< false: it is done to the channels
};

/// In the order of a menu.
std::span<const FaultKindInfo> allFaultKinds();
const FaultKindInfo& infoOf(FaultKind kind);

/// What of a mechanism keeps a fault from being done to a run over it, a clause; empty where nothing does.
std::string_view obstacleTo(FaultKind kind, const Traits& mechanism);

/// What a fault's parts are called in an experiment file: "kind", "target", "at", "length", "work".
std::span<const std::string_view> faultKeys();

/// Sets one part from text as people write it; otherwise the sentence that says why not, and the fault stays
/// as it was.
std::optional<std::string> setFaultKey(Fault& fault, std::string_view key, std::string_view text);
/// In canonical text; empty where the part means nothing to this kind, or has its default.
std::string faultKeyText(const Fault& fault, std::string_view key);

/// Reads "stop receiver at 2 s for 500 ms", "slow receiver at 1 s for 2 s by 1 ms" or "remove lock at 1 s";
/// otherwise the sentence that says what is wrong. Without "at" it is due when the load begins.
std::optional<std::string> readFault(Fault& fault, std::string_view text);
/// readFault() reads it back as the same.
std::string toText(const Fault& fault);

/// What a fault of an experiment is called as the key of a Problem, by its place: "fault 1".
std::string faultName(std::size_t index);

/// Why this can be no fault of a run with this `end` (since its load began; none if it does not end by time).
std::optional<std::string> problemOf(const Fault& fault, std::optional<Nanoseconds> end);

} // namespace ipclab
