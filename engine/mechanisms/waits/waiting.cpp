#include "engine/mechanisms/waits/waiting.h"

#include "engine/base/failure.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace ipclab {

namespace {

constexpr Nanoseconds napLength = std::chrono::microseconds(50);

} // namespace

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

bool becomesReadable(int descriptor, Deadline deadline)
{
    Outcome outcome = Outcome::Interrupted;
    while (outcome == Outcome::Interrupted)
        outcome = waitForEvents(descriptor, POLLIN, deadline);
    return outcome == Outcome::Done;
}

Outcome afterFailedTransfer(const char* call, Readiness awaited, Deadline deadline, TransferCounts& counts)
{
    const int error = errno;
    if (error == EAGAIN) {
        if (!deadline.isImmediate())
            ++counts.systemCalls;
        return waitForEvents(awaited.descriptor, awaited.events, deadline);
    }
    if (error == EINTR)
        return Outcome::Interrupted;
    if (awaited.meansClosed == nullptr || !awaited.meansClosed(error))
        throwSystemError(error, call);
    counts.closedBy = error;
    return Outcome::PeerClosed;
}

bool meansPipeClosed(int error)
{
    return error == EPIPE;
}

bool meansSocketClosed(int error)
{
    return error == EPIPE || error == ECONNRESET || error == ECONNREFUSED || error == ENOTCONN;
}

Outcome nap(Deadline deadline)
{
    if (deadline.isImmediate())
        return Outcome::WouldBlock;
    const Nanoseconds left = deadline.isNever() ? napLength : deadline.remaining();
    if (left == Nanoseconds::zero())
        return Outcome::TimedOut;
    const timespec length = toTimespec(std::min(left, napLength));
    return ::clock_nanosleep(CLOCK_MONOTONIC, 0, &length, nullptr) == EINTR ? Outcome::Interrupted
                                                                            : Outcome::Done;
}

} // namespace ipclab
