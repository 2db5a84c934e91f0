#pragma once

#include "engine/base/unique_fd.h"
#include "engine/mechanisms/mechanism.h"

#include <array>
#include <string>

namespace ipclab {

// Making Unix sockets, each with the buffers that the options ask for. An address is a path, or after an "@"
// an abstract name, as ss(8) and /proc/net/unix write them. All throw FailureError or std::system_error.

enum class UnixSocketSort {
    Stream,    ///< SOCK_STREAM
    Packets,   ///< SOCK_SEQPACKET
    Datagrams, ///< SOCK_DGRAM
};

using SocketPair = std::array<UniqueFd, 2>;

SocketPair makeSocketPair(UnixSocketSort sort, const Options& options);

/// Bound to the address, and listening if it is one that accepts connections.
UniqueFd makeBoundSocket(UnixSocketSort sort, const Options& options, const std::string& address);

/// Where the two meet by name, waits until the peer has made its socket.
UniqueFd connectTo(UnixSocketSort sort, const JoinRequest& request, const std::string& address);

/// For one request.
UniqueFd connectedSocket(UnixSocketSort sort, const Options& options, const std::string& address);

} // namespace ipclab
