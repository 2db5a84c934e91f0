#include "engine/mechanisms/wait_for_events.h"

#include "engine/base/failure.h"

#include <poll.h>

#include <cerrno>

namespace ipclab {

Outcome waitForEvents(int descriptor, short events, Deadline deadline)
{
    if (deadline.isImmediate())
        return Outcome::WouldBlock;
    pollfd entry{.fd = descriptor, .events = events, .revents = 0};
    const timespec left = deadline.isNever() ? timespec{} : toTimespec(deadline.remaining());
    const int ready = ::ppoll(&entry, 1, deadline.isNever() ? nullptr : &left, nullptr);
    if (ready > 0)
        return Outcome::Done;
    if (ready == 0)
        return Outcome::TimedOut;
    if (errno == EINTR)
        return Outcome::Interrupted;
    throwSystemError("ppoll");
}

} // namespace ipclab
