#pragma once

#include "engine/base/unique_fd.h"
#include "engine/mechanisms/endpoint.h"

#include <cstddef>
#include <memory>

namespace ipclab {

// Messages over sockets that keep their boundaries: one send(2) and one recv(2) each. The socket must be
// connected, so that the kernel takes messages from the peer only.

/// One end of a Unix socket, of datagrams or of sequenced packets.
std::unique_ptr<Endpoint> makePacketEndpoint(UniqueFd socket, std::size_t largestMessage);

/// One end of a UDP socket. What its receive buffer had no room for shows in TransferCounts::dropped.
std::unique_ptr<Endpoint> makeUdpEndpoint(UniqueFd socket, std::size_t largestMessage);

/// The largest message up to `most` bytes that passes between the two ends of a connected pair of sockets; 0
/// if none does. The kernel is asked by sending, which costs milliseconds only where `most` does not pass.
std::size_t largestThatPasses(const UniqueFd& sender, const UniqueFd& receiver, std::size_t most);

} // namespace ipclab
