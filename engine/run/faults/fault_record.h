#pragma once

#include "engine/experiment/fault.h"

#include <string>
#include <string_view>

namespace ipclab {

/// What came of a fault, read from what the workers and the kernel report. A peer is who shares a channel
/// with the target.
enum class FaultOutcome {
    Refused,              ///< could not be done
    Done,                 ///< done; there was nothing to find out about others
    PeerTold,             ///< the kernel told a peer: EPIPE, ECONNRESET, end of file
    PeerToldBySupervisor, ///< the kernel did not, and the peer would have waited for ever
    PeerBlocks,           ///< a peer waits until the target goes on
    PeerBlocksForEver,    ///< a peer waits, and nothing will come
    PeerGoesOn,           ///< the peers are not held up
    Restarted,            ///< another process has taken the target's place
    LockFreed,            ///< the lock of a holder that died was freed: others can go on
    DataDamaged,          ///< processes changed shared data at once, and it shows
    Unseen,               ///< the run ended before anything was seen
};

/// In results: "peer_blocks".
std::string_view identifier(FaultOutcome outcome);

/// One fault of a run and what came of it. A value.
struct FaultRecord {
    Fault fault;
    Nanoseconds at{}; ///< when it was done, since the load began
    FaultOutcome outcome = FaultOutcome::Unseen;
    std::string sentence;
    bool operator==(const FaultRecord&) const = default;
};

} // namespace ipclab
