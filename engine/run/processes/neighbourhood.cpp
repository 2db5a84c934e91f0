#include "engine/run/processes/neighbourhood.h"

#include <vector>

namespace ipclab {

namespace {

std::vector<MemoryMapping> sharedMappings(int pid)
{
    std::vector<MemoryMapping> mappings = readMappings(pid);
    std::erase_if(mappings, [](const MemoryMapping& mapping) { return !mapping.isShared(); });
    return mappings;
}

} // namespace

const std::vector<Neighbourhood::Neighbour>& Neighbourhood::neighbours()
{
    if (m_neighbours)
        return *m_neighbours;
    m_neighbours.emplace();
    for (const Inspectable& worker : m_workers)
        if (worker.pid > 0)
            m_neighbours->push_back({worker, readIdentities(worker.pid), sharedMappings(worker.pid)});
    return *m_neighbours;
}

const SocketPeers& Neighbourhood::socketPeers()
{
    if (!m_socketPeers)
        m_socketPeers = SocketPeers::read();
    return *m_socketPeers;
}

} // namespace ipclab
