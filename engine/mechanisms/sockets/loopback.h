#pragma once

#include "engine/base/unique_fd.h"

#include <string>

namespace ipclab {

// Internet sockets of this computer's own address, 127.0.0.1. An address is written "127.0.0.1:41234".

/// A new socket of that type: SOCK_STREAM for TCP, SOCK_DGRAM for UDP.
UniqueFd makeLoopbackSocket(int type);

/// Gives the socket a free port: what is bound here can be connected to.
void bindToFreePort(const UniqueFd& socket);
std::string addressOf(const UniqueFd& socket);

/// Throws FailureError where nobody listens at that address.
void connectToLoopback(const UniqueFd& socket, const std::string& address);

} // namespace ipclab
