#pragma once

#include "engine/base/clock.h"

#include <string>
#include <vector>

namespace ipclab {

/// One worker waits for another on a channel.
struct WaitEdge {
    std::string waiter;  ///< role
    std::string awaited; ///< role
    std::string what;    ///< "room in pipe:[4711]", "a message in pipe:[4711]", "the lock of channel 1"
    bool awaitedIsDead = false; ///< it took that with it when it died
    bool operator==(const WaitEdge&) const = default;
};

/// Who waits for whom. A value.
struct WaitGraph {
    std::vector<std::string> workers; ///< roles, of the dead too whom somebody waits for
    std::vector<WaitEdge> edges;

    bool isEmpty() const { return workers.empty(); }
    /// "The sender waits for room in pipe:[4711], which only the receiver can make; the receiver waits …"
    std::string sentence() const;
    bool operator==(const WaitGraph&) const = default;
};

/// A deadlock of a run. A value.
struct Deadlock {
    WaitGraph graph;
    Nanoseconds at{}; ///< when it was certain, since the load began
    bool operator==(const Deadlock&) const = default;
};

} // namespace ipclab
