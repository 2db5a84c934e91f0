// A Unix stream socket (unix(7)). Each end can both send and receive, so one channel serves request and
// answer. Like a pipe it is a byte stream without boundaries, kept in order by the kernel and copied twice;
// unlike one it lives in the socket layer: what is on its way is charged to the sender's send buffer
// (SO_SNDBUF), together with the kernel's bookkeeping for each write, which for small messages is larger than
// they are. The kernel doubles the size that is asked for. Related processes inherit a connected pair
// (socketpair(2)); strangers meet at a path or an abstract name: one binds, listens and accepts, the other
// connects, and either can ask the kernel who the other is (SO_PEERCRED). When the peer closes, recv(2)
// returns 0 and send(2) fails with EPIPE, or ECONNRESET if data were left unread.

#include "engine/mechanisms/sockets/unix_socket.h"

namespace ipclab {

const Mechanism& unix_streamMechanism()
{
    static const UnixSocketMechanism mechanism(
        {.sort = UnixSocketSort::Stream,
         .id = "unix_stream",
         .title = "Unix stream socket",
         .summary = "A connected pair of local sockets: a byte stream in both directions.",
         .family = Family::ByteStream,
         .boundaries = Boundaries::Framed});
    return mechanism;
}

} // namespace ipclab
