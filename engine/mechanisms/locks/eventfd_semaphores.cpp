#include "engine/mechanisms/locks/eventfd_semaphores.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/waits/waiting.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace ipclab {

std::vector<UniqueFd> EventfdSemaphores::create(std::int64_t slots)
{
    constexpr int flags = EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC;
    std::vector<UniqueFd> descriptors;
    for (const std::int64_t value : {std::int64_t{1}, slots, std::int64_t{0}})
        descriptors.emplace_back(check(::eventfd(static_cast<unsigned>(value), flags), "eventfd"));
    return descriptors;
}

bool EventfdSemaphores::tryTake(SemaphoreRole role)
{
    std::uint64_t one = 0;
    ++m_counts.systemCalls;
    if (::read(descriptor(role), &one, sizeof one) == sizeof one) [[likely]]
        return true;
    if (errno != EAGAIN && errno != EINTR)
        throwSystemError("read");
    return false;
}

Outcome EventfdSemaphores::take(SemaphoreRole role, Deadline deadline)
{
    while (!tryTake(role)) {
        if (!deadline.isImmediate())
            ++m_counts.systemCalls;
        if (const Outcome outcome = waitForEvents(descriptor(role), POLLIN, deadline);
            outcome != Outcome::Done)
            return outcome;
    }
    return Outcome::Done;
}

void EventfdSemaphores::set(SemaphoreRole role, std::int64_t value)
{
    while (tryTake(role)) {
    }
    if (value > 0)
        add(role, value);
}

void EventfdSemaphores::add(SemaphoreRole role, std::int64_t count)
{
    const auto value = static_cast<std::uint64_t>(count);
    ++m_counts.systemCalls;
    check(::write(descriptor(role), &value, sizeof value), "write");
}

} // namespace ipclab
