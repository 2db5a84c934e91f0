#pragma once

#include "engine/base/deadline.h"
#include "engine/base/unique_fd.h"
#include "engine/mechanisms/endpoint.h"

namespace ipclab {

/// What one process rings and another sleeps by: an eventfd(2), a counter in the kernel that a write raises,
/// a read empties, and poll(2) watches: readable while it is not zero.
class EventBell final {
public:
    /// Nothing: neither rung nor heard.
    EventBell() = default;
    /// One that a worker has inherited.
    explicit EventBell(UniqueFd descriptor) : m_descriptor(std::move(descriptor)) {}
    /// A new one. Throws std::system_error.
    static EventBell make();

    /// One system call, which does not block.
    void ring() const;
    /// Sleeps until it has rung since it was last heard: Done, WouldBlock, TimedOut or Interrupted. One
    /// system call without a deadline, two with one.
    Outcome hear(Deadline deadline) const;
    /// Forgets what has rung. One system call.
    void hush() const;

    const UniqueFd& descriptor() const { return m_descriptor; }

private:
    UniqueFd m_descriptor;
};

} // namespace ipclab
