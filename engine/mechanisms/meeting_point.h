#pragma once

#include "engine/base/unique_fd.h"
#include "engine/mechanisms/mechanism.h"

#include <functional>
#include <string>

namespace ipclab {

/// A bound socket at which the two workers of a channel meet, though they know nothing of each other but its
/// address. The receiver inherits the socket, so that the sender may come first; the sender gets the address
/// only. Both know a random token, and whoever connects without it is turned away.
class MeetingPoint final {
public:
    MeetingPoint() = default;
    /// `bound` is bound to `address`, and listens if it is a socket that accepts connections. None where the
    /// receiver is to make it itself, and gets the address only like the sender.
    MeetingPoint(UniqueFd bound, std::string address);

    Invitation invite(Seat seat) const;
    const std::string& address() const { return m_address; }
    const UniqueFd& socket() const { return m_bound; }
    void close() { m_bound.reset(); }

private:
    UniqueFd m_bound;
    std::string m_address;
    std::string m_token;
};

/// Makes a socket and connects it to that address.
using Connect = std::function<UniqueFd(const std::string& address)>;

/// What the receiver does when the sender has come.
enum class Meeting {
    Accepted,      ///< accept(2) gives it a socket of its own
    ConnectedBack, ///< datagrams: its socket listens to nobody else from now on
};

/// In the worker: waits for the peer and returns the socket that is connected with the peer's, and with
/// nobody else's. Throws FailureError if it has not come after 10 seconds.
UniqueFd meetPeer(Seat seat, Invitation invitation, Meeting meeting, const Connect& connect);

/// The address in an invitation of a MeetingPoint.
std::string addressOf(const Invitation& invitation);

} // namespace ipclab
