// A Unix socket of sequenced packets (unix(7), SOCK_SEQPACKET): connected and two-way like a stream, but what
// one send(2) hands over is what one recv(2) gets, never more and never less of it. No length prefix is
// needed, and no message is ever half there. The price is a largest message: it must fit into the sender's
// buffer (SO_SNDBUF) as a whole, or send(2) fails with EMSGSIZE. Messages arrive in order and none is lost:
// when the buffer is full the sender waits. As with a stream the peer's end is noticed: recv(2) returns 0,
// send(2) fails with EPIPE. Large messages pass faster than over a stream, which is copied in pieces of at
// most about 36 KiB.

#include "engine/mechanisms/sockets/unix_socket.h"

namespace ipclab {

const Mechanism& unix_seqpacketMechanism()
{
    static const UnixSocketMechanism mechanism(
        {.sort = UnixSocketSort::Packets,
         .id = "unix_seqpacket",
         .title = "Unix sequenced packets",
         .summary = "A connected pair of local sockets that keeps the boundaries of messages."});
    return mechanism;
}

} // namespace ipclab
