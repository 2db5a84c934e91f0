#pragma once

#include "engine/run/processes/process_facts.h"
#include "engine/run/processes/socket_peers.h"

#include <optional>
#include <string>
#include <vector>

namespace ipclab {

/// A worker of the present run.
struct Inspectable {
    int pid = 0;
    std::string role;
    bool operator==(const Inspectable&) const = default;
};

/// What the workers of a run have open and mapped, for all who are inspected in one round: each is read once,
/// when the first asks, however many ask. Some 200 µs for each worker.
class Neighbourhood final {
public:
    struct Neighbour {
        Inspectable worker;
        std::vector<std::string> identities; ///< of its descriptors
        std::vector<MemoryMapping> shared;   ///< of its mappings those that are shared
    };

    explicit Neighbourhood(const std::vector<Inspectable>& workers) : m_workers(workers) {}

    /// All workers that have a process.
    const std::vector<Neighbour>& neighbours();
    const SocketPeers& socketPeers();

private:
    std::vector<Inspectable> m_workers;
    std::optional<std::vector<Neighbour>> m_neighbours;
    std::optional<SocketPeers> m_socketPeers;
};

} // namespace ipclab
