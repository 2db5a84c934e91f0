#pragma once

#include "engine/base/failure.h"
#include "engine/base/option.h"
#include "engine/base/unique_fd.h"
#include "engine/mechanisms/mechanism.h"

#include <functional>
#include <memory>

namespace ipclab {

// A connection for each request: the client connects, asks, takes the answer and closes, as a browser of the
// early web did. The server accepts one after the other. Other than at a meeting point no token is exchanged,
// for that would cost as much as the request.

/// "connection": kept, or one per request.
OptionSpec connectionOption();
bool connectsForEachRequest(const Options& options);

/// Whether each connection takes a port of the connecting side.
enum class LocalPorts { None, Taken };

/// Which side closes, and how that leaves no port behind, for a run's settings.
EffectiveSetting connectionSetting(const Options& options, LocalPorts ports);

/// What the kinds of socket differ in.
struct RequestConnections {
    std::function<UniqueFd()> connect;                           ///< a new connection; the clients' side
    std::function<std::unique_ptr<Endpoint>(UniqueFd)> endpoint; ///< for one connection
    LocalPorts ports = {};
    std::function<void(Nanoseconds)> connected = {}; ///< told how long each connect took; may be empty
};

/// The client's end. A connection that has brought an answer is closed by a reset (SO_LINGER of 0 s), so that
/// its port is free at once instead of being kept in TIME_WAIT; the last one, which brings none, is closed in
/// order.
std::unique_ptr<Endpoint> makeRequestingEndpoint(RequestConnections connections);

/// The server's end. That a client has gone for good it hears from nobody.
std::unique_ptr<Endpoint> makeAcceptingEndpoint(UniqueFd listener, RequestConnections connections);

/// The sentence for a connect(2) of a request that failed: EADDRNOTAVAIL means that the local ports are used
/// up.
Failure explainConnect(int error, LocalPorts ports);

} // namespace ipclab
