#include "engine/mechanisms/waits/event_bell.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/waits/waiting.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstdint>

namespace ipclab {

namespace {

/// A read of the whole counter; `flags` are those of preadv2(2).
ssize_t readCount(const UniqueFd& descriptor, int flags)
{
    std::uint64_t count = 0;
    const iovec place{&count, sizeof count};
    constexpr off_t noOffset = -1;
    return ::preadv2(descriptor.get(), &place, 1, noOffset, flags);
}

} // namespace

EventBell EventBell::make()
{
    return EventBell(UniqueFd(check(::eventfd(0, EFD_CLOEXEC), "eventfd")));
}

void EventBell::ring() const
{
    constexpr std::uint64_t one = 1;
    check(::write(m_descriptor.get(), &one, sizeof one), "write");
}

Outcome EventBell::hear(Deadline deadline) const
{
    if (!deadline.isNever()) {
        if (const Outcome outcome = waitForEvents(m_descriptor.get(), POLLIN, deadline);
            outcome != Outcome::Done)
            return outcome;
    }
    if (readCount(m_descriptor, 0) >= 0)
        return Outcome::Done;
    if (errno == EINTR)
        return Outcome::Interrupted;
    throwSystemError("read");
}

void EventBell::hush() const
{
    if (readCount(m_descriptor, RWF_NOWAIT) < 0 && errno != EAGAIN && errno != EINTR)
        throwSystemError("preadv2");
}

} // namespace ipclab
