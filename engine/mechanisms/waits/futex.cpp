#include "engine/mechanisms/waits/futex.h"

#include "engine/base/failure.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

namespace ipclab {

Outcome futexWait(FutexWord& word, std::uint32_t expected, Deadline deadline)
{
    // The form with a bit set is the one that takes an absolute time of CLOCK_MONOTONIC.
    const timespec moment = deadline.isNever() ? timespec{} : toTimespec(deadline.moment());
    const long result = ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, expected,
                                  deadline.isNever() ? nullptr : &moment, nullptr, FUTEX_BITSET_MATCH_ANY);
    if (result == 0 || errno == EAGAIN)
        return Outcome::Done;
    if (errno == ETIMEDOUT)
        return Outcome::TimedOut;
    if (errno == EINTR)
        return Outcome::Interrupted;
    throwSystemError("futex");
}

void futexWake(FutexWord& word)
{
    check(::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0), "futex");
}

void futexWakeAll(FutexWord& word)
{
    check(::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0), "futex");
}

} // namespace ipclab
