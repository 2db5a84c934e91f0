// A Unix datagram socket (unix(7), SOCK_DGRAM): messages with boundaries, without a connection. Other than
// the datagrams of a network they neither get lost nor overtake each other: when there is no room the sender
// waits. How much room there is depends on who is connected. To a socket that is not connected back anybody
// may send, and its queue takes net.unix.max_dgram_qlen messages (and one more); two sockets connected with
// each other, as here, are bound by the sender's buffer (SO_SNDBUF) only. A message must fit into that buffer
// as a whole, or send(2) fails with EMSGSIZE. Without a connection there is no end of file: a sender hears
// ECONNREFUSED when its peer has gone, a receiver hears nothing.

#include "engine/mechanisms/sockets/unix_socket.h"

namespace ipclab {

const Mechanism& unix_datagramMechanism()
{
    static const UnixSocketMechanism mechanism(
        {.sort = UnixSocketSort::Datagrams,
         .id = "unix_datagram",
         .title = "Unix datagram socket",
         .summary = "Local datagrams: whole messages without a connection, reliable and in order.",
         .peerExit = PeerExit::Unnoticed});
    return mechanism;
}

} // namespace ipclab
