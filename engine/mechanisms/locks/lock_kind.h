#pragma once

#include "engine/mechanisms/locks/system_v_semaphores.h"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace ipclab {

/// One lock of the list from which a slot buffer's is chosen.
struct LockKind {
    std::string_view id;
    std::string_view title;
    std::string_view help;
    bool isOn = true;              ///< false: it is taken only once it is switched on
    std::string_view freedBy = {}; ///< as of LockState
    bool countsSlots = false;      ///< in semaphores: one that a process has taken stays taken when it dies
    /// In the supervisor: makes what the lock is made of beside its place.
    struct Objects {
        std::optional<SystemVSemaphoreSet> semaphores = {};
        std::vector<UniqueFd> descriptors = {}; ///< for both ends to inherit
    };
    Objects (*prepare)(LockPlace& place, std::int64_t slots, NameJournal& journal);
    /// In a worker, according to the option "copy".
    std::unique_ptr<Endpoint> (*join)(Seat seat, Invitation invitation, const JoinRequest& request);
};

const std::vector<LockKind>& lockKinds();
/// One of them: the id is that of an option without problems.
const LockKind& lockKind(std::string_view id);

} // namespace ipclab
