#include "engine/mechanisms/waits/patience.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/waits/waiting.h"

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace ipclab {

namespace {

constexpr Nanoseconds betweenAttempts = std::chrono::milliseconds(1);

} // namespace

int persistUntilPeer(const std::function<int()>& call, std::initializer_list<int> refusals,
                     const std::function<void(int)>& refused)
{
    const Nanoseconds end = now() + patienceWithPeer;
    while (true) {
        const int result = call();
        const int error = errno;
        if (result >= 0 || std::ranges::find(refusals, error) == refusals.end() || now() > end) {
            errno = error;
            return result;
        }
        if (refused)
            refused(error);
        const timespec pause = toTimespec(betweenAttempts);
        ::clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
    }
}

void awaitPeer(int descriptor, Deadline deadline)
{
    if (!becomesReadable(descriptor, deadline))
        throw FailureError({"meet the other worker", ETIMEDOUT, "it did not come within 10 s"});
}

} // namespace ipclab
