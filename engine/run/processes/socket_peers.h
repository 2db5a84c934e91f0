#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace ipclab {

/// Which sockets of this network namespace are connected with each other. A value, true for the moment at
/// which it was read.
class SocketPeers final {
public:
    /// Asks the kernel: Unix sockets by sock_diag(7), TCP and UDP from /proc/net. What it does not tell is
    /// left out.
    static SocketPeers read();

    /// "socket:[31338]" for "socket:[31337]"; empty if it is not connected or nobody knows.
    std::string peerOf(const std::string& socket) const;

private:
    std::map<std::uint64_t, std::uint64_t> m_peers; ///< by inode
};

} // namespace ipclab
