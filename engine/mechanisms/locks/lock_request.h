#pragma once

#include "engine/base/unique_fd.h"
#include "engine/mechanisms/endpoint.h"
#include "engine/mechanisms/locks/slot_ledger.h"

#include <cstddef>
#include <span>

namespace ipclab {

/// Room in shared memory for what a lock keeps there, zeros at first.
struct alignas(128) LockPlace {
    std::byte bytes[512];

    template <typename Type>
    Type& as()
    {
        static_assert(sizeof(Type) <= sizeof bytes && alignof(Type) <= 128);
        return *reinterpret_cast<Type*>(bytes);
    }
};

/// What one side's guard is made of.
///
/// A guard keeps the two sides of a slot buffer apart and lets each wait until there is a slot for it. All of
/// them have, without a common base, so that nothing virtual runs per message:
///
///     Outcome enter(Side, Deadline)  inside, with a slot for this side: an empty or a filled one
///     Outcome reenter(Deadline)      inside, whatever the slots
///     void leave()                   outside again, nothing was moved
///     void handOver(Side)            outside again, this side has moved one message: the other may go on
///     void forget()                  whatever this side has taken counts no more: reconcile() comes next
///     void reconcile(SlotLedger)     both sides are outside: count anew what the guard itself counts
///     void recover(Side)             this side is inside and the peer died there: likewise
///
/// A deadline is kept and Deadline::immediately() never blocks. A signal ends a wait with Interrupted; where
/// the C library does not tell, at the latest when the deadline passes, so callers wait in short slices.
struct GuardRequest {
    LockPlace& place;
    SlotLedger& ledger;
    std::int64_t slots = 0;
    TransferCounts& counts;
    std::span<const UniqueFd> descriptors = {}; ///< eventfds, if the lock has any
};

} // namespace ipclab
