#pragma once

#include "engine/base/unique_fd.h"

#include <string>

namespace ipclab {

/// Somebody who knows where a run's workers meet, but not their token: connects to the address of a sender's
/// invitation to a socket mechanism, and says something else.
class Stranger final {
public:
    Stranger(const std::string& invitation, const std::string& mechanism);

    /// A connection was closed without an answer; a datagram has none.
    bool wasTurnedAway() const;

private:
    bool m_isConnected;
    UniqueFd m_socket;
};

} // namespace ipclab
