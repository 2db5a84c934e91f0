#pragma once

#include "engine/base/unique_fd.h"
#include "engine/mechanisms/endpoint.h"
#include "engine/mechanisms/traits.h"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace ipclab {

// The ends of a channel over which one process copies out of another's memory, or into it
// (process_vm_readv(2)). A socket of sequenced packets carries a note about each message.

/// Where a message lies, or at the beginning, where the slots for them are; and in whose memory.
struct VmNote {
    std::uint64_t address = 0;
    std::uint32_t length = 0;
    pid_t pid = 0;
};
static_assert(sizeof(VmNote) == 16);

/// Who copies.
enum class VmDirection { ReceiverReads, SenderWrites };

/// What both ends need to agree on.
struct VmTerms {
    VmDirection direction = VmDirection::ReceiverReads;
    std::uint64_t queueLength = 0; ///< notes that the socket lets wait, exactly
    std::size_t largestMessage = 0;
};

/// Messages of the largest size for which there is memory, in both processes together.
constexpr std::uint64_t vmSlots(std::uint64_t queueLength)
{
    return queueLength + 3;
}

/// Takes an end. Waits for the peer where one has to know the other first; throws FailureError if it does not
/// come.
std::unique_ptr<Endpoint> makeVmEndpoint(ChannelEnd end, UniqueFd socket, const VmTerms& terms);

} // namespace ipclab
