#pragma once

#include <string>
#include <vector>

namespace ipclab {

/// One worker waits for another on a channel.
struct WaitEdge {
    std::string waiter;  ///< role
    std::string awaited; ///< role
    std::string what;    ///< "room in pipe:[4711]", "a message in pipe:[4711]"
    bool operator==(const WaitEdge&) const = default;
};

/// Who waits for whom. A value.
struct WaitGraph {
    std::vector<std::string> workers; ///< roles
    std::vector<WaitEdge> edges;

    bool isEmpty() const { return workers.empty(); }
    /// "The sender waits for room in pipe:[4711], which only the receiver can make; the receiver waits …"
    std::string sentence() const;
    bool operator==(const WaitGraph&) const = default;
};

} // namespace ipclab
