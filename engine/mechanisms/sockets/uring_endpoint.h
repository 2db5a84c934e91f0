#pragma once

#include "engine/base/unique_fd.h"
#include "engine/mechanisms/endpoint.h"
#include "engine/mechanisms/traits.h"
#include "engine/mechanisms/unavailability.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace ipclab {

// The ends of a stream socket that is moved by io_uring(7). Messages are framed as in stream_endpoint.h.

/// Who takes requests out of the ring: the system call that says there are some, or a thread of the kernel's
/// that looks all the time (IORING_SETUP_SQPOLL).
enum class Submission { BySystemCall, ByKernelThread };

/// How many messages go together where they come faster than they go: half, so that the other half is filled
/// meanwhile.
constexpr std::uint64_t messagesPerRequest(std::uint64_t depth)
{
    return depth < 2 ? 1 : depth / 2;
}

/// What both ends need to agree on, but for the submission, which is each end's own.
struct UringTerms {
    std::uint64_t depth = 1; ///< messages that one request may carry, and that the sender may hold
    Submission submission = Submission::BySystemCall;
    std::size_t largestMessage = 0;
};

/// Sends only. Order is kept by having one request on its way at a time: of several, the kernel may finish
/// the later first. The destructor waits until what was committed is in the socket, unless the last wait
/// ended without room.
std::unique_ptr<Endpoint> makeUringSender(UniqueFd socket, const UringTerms& terms);

/// Receives only.
std::unique_ptr<Endpoint> makeUringReceiver(UniqueFd socket, const UringTerms& terms);

/// Why there can be no ring on this host.
std::optional<Unavailability> uringUnavailable();

} // namespace ipclab
